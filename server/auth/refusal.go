package auth

import (
	"errors"
	"time"
)

// Refusal is why somebody is not let in, or not let do something with what they came with.
type Refusal struct {
	Status int    // of HTTP
	Code   string // of the sentence
	Wait   time.Duration
}

// Refuse gives a refusal.
func Refuse(status int, code string) *Refusal { return &Refusal{Status: status, Code: code} }

// After says how long to wait before trying again.
func (r *Refusal) After(wait time.Duration) *Refusal {
	r.Wait = wait
	return r
}

func (r *Refusal) Error() string { return r.Code }

// Is makes two refusals of the same code the same.
func (r *Refusal) Is(target error) bool {
	var other *Refusal
	return errors.As(target, &other) && other.Code == r.Code
}
