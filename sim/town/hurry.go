package town

import (
	"reflect"
	"time"
)

// Hurried gives the scenario in which people come, and do what they mean to do, so many times sooner, at any
// hour of the day. The clock is no faster: a date that is agreed upon stays as far ahead as it was.
func (s Scenario) Hurried(times float64) Scenario {
	s.hurry, s.Shifts = times, nil
	delays := reflect.ValueOf(&s.Delays).Elem()
	for i := range delays.NumField() {
		delay := delays.Field(i)
		delay.SetInt(int64(float64(delay.Int()) / times))
	}
	return s
}

// hastened moves an arrival to where a hurried scenario has it, whose first day begins now and not at midnight.
func (s Scenario) hastened(at time.Time) time.Time {
	if s.hurry == 0 {
		return at
	}
	return s.From.Add(time.Duration(float64(at.Sub(midnight(s.From))) / s.hurry))
}
