package demo

import (
	"time"

	"bihuan/sim/client"
	"bihuan/words"
)

// text is something said in Chinese and in English.
type text struct{ zh, en string }

// said gives the words at a key in both languages. An argument that is a text goes into each in its own.
func said(key string, args ...any) text { return saidOf("", key, args...) }

// saidOf gives them as a kind of case says them.
func saidOf(kind, key string, args ...any) text {
	zh, en := make([]any, len(args)), make([]any, len(args))
	for i, a := range args {
		zh[i], en[i] = a, a
		if t, ok := a.(text); ok {
			zh[i], en[i] = t.zh, t.en
		}
	}
	in := func(language string) words.Localizer { return words.Localizer{Language: language, Kind: kind} }
	return text{in(Chinese).T(key, zh...), in(English).T(key, en...)}
}

// label gives a code's words.
func label(kind, code string) text {
	return text{words.Label(Chinese, kind, code), words.Label(English, kind, code)}
}

// shanghai is the time of the demo community. China has had one zone without summer time since 1991.
var shanghai = time.FixedZone("CST", 8*60*60)

// clock writes an instant with its second, for a story in which seconds matter.
func clock(t time.Time) string { return t.In(shanghai).Format("01-02 15:04:05") }

// followUp is the deadline that always runs while a complaint is open.
const followUp = "follow_up"

// nextDeadline gives the soonest deadline that can still be met; the follow-up only when nothing else
// is waited for.
func nextDeadline(c client.Case) (client.Deadline, bool) {
	var next client.Deadline
	for _, d := range c.Deadlines {
		if d.Breached || d.Paused {
			continue
		}
		if next.Key == "" || next.Step == followUp || d.Step != followUp && d.Due.Before(next.Due) {
			next = d
		}
	}
	return next, next.Key != ""
}
