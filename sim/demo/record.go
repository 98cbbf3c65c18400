package demo

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"time"

	"bihuan/sim/client"
)

// event is a line of the timeline in both languages.
type event struct {
	client.Event
	text text
}

// notice is a notice with its subject in both languages.
type notice struct {
	client.Notice
	subject text
}

// events reads the timeline after an event. What was written down between the two readings is left for
// the next time.
func (s *story) events(ctx context.Context, after int) ([]event, error) {
	chinese, err := s.timeline(ctx, Chinese, after)
	if err != nil {
		return nil, err
	}
	english, err := s.timeline(ctx, English, after)
	if err != nil {
		return nil, err
	}
	var events []event
	for i, e := range chinese {
		if i < len(english) {
			events = append(events, event{e, text{e.Text, english[i].Text}})
		}
	}
	return events, nil
}

// timeline reads all pages of the timeline after an event.
func (s *story) timeline(ctx context.Context, language string, after int) ([]client.Event, error) {
	var events []client.Event
	for {
		var page client.Timeline
		path := fmt.Sprintf("%s/timeline?after=%d", client.CasePath(s.number), after)
		if err := s.office.Boss().In(language).Get(ctx, path, &page); err != nil {
			return nil, err
		}
		events = append(events, page.Items...)
		if page.Next <= after {
			return events, nil
		}
		after = page.Next
	}
}

// closed reads the whole timeline once the last event has arrived where it is read.
func (s *story) closed(ctx context.Context) ([]event, error) {
	for end := time.Now().Add(slack); ; {
		events, err := s.events(ctx, 0)
		if err != nil || time.Now().After(end) || slices.ContainsFunc(events, func(e event) bool { return e.Type == "closed" }) {
			return events, err
		}
		if err := wait(ctx, poll); err != nil {
			return nil, err
		}
	}
}

// notices reads who was told what, in the order of what it was about.
func (s *story) notices(ctx context.Context) ([]notice, error) {
	english, err := s.noticesIn(ctx, English)
	if err != nil {
		return nil, err
	}
	chinese, err := s.noticesIn(ctx, Chinese)
	if err != nil {
		return nil, err
	}
	subjects := map[string]string{}
	for _, n := range english {
		subjects[n.ID] = n.Subject
	}
	var notices []notice
	for _, n := range chinese {
		if subject, ok := subjects[n.ID]; ok {
			notices = append(notices, notice{n, text{n.Subject, subject}})
		}
	}
	return notices, nil
}

// noticesIn reads all pages of notices in one language.
func (s *story) noticesIn(ctx context.Context, language string) ([]client.Notice, error) {
	var notices []client.Notice
	for cursor := ""; ; {
		var page client.Notices
		path := client.CasePath(s.number) + "/notices?limit=200"
		if cursor != "" {
			path += "&cursor=" + url.QueryEscape(cursor)
		}
		if err := s.office.Boss().In(language).Get(ctx, path, &page); err != nil {
			return nil, err
		}
		notices = append(notices, page.Items...)
		if page.Next == "" {
			return notices, nil
		}
		cursor = page.Next
	}
}
