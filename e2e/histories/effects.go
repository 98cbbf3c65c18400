package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5"

	"bihuan/e2e/system"
)

// until reads a case under a path until it is as wanted.
func until(ctx context.Context, s *system.System, path string, as func(found) bool) error {
	var f found
	return system.Poll(ctx, func() (bool, error) {
		a, err := s.As("manager").Do(ctx, http.MethodGet, path, nil)
		if err == nil {
			err = json.Unmarshal(a.Body, &f)
		}
		return err == nil && as(f), fmt.Errorf("%s is %+v (%v)", path, f, err)
	})
}

// found is as much of a case as the stories wait for.
type found struct {
	Stage    string
	Links    []string
	Joined   []struct{ Number string }
	Members  []struct{ Number string }
	Measures []string
}

// mergedLead takes in another complaint, tells it of its steps, and lets it go. A11
func mergedLead(ctx context.Context, s *system.System) (string, error) {
	lead, err := s.Play(ctx, system.Complaint(nil))
	if err != nil {
		return "", err
	}
	mine, err := s.Play(ctx, system.Complaint(nil), system.Step{Who: "agent", Command: "merge", With: M{"into": lead.Number, "reason": "同一件事"}})
	if err != nil {
		return "", err
	}
	if err := until(ctx, s, "/api/v1/complaints/"+lead.Number, func(f found) bool { return len(f.Joined) == 1 }); err != nil {
		return "", err
	}
	if err := s.Continue(ctx, lead.Number, append(system.Judged, system.Step{Who: "agent", Command: "withdraw", With: M{"reason": "撤回"}})...); err != nil {
		return "", err
	}
	_, err = s.Await(ctx, mine.Number, func(c system.Case) bool { return c.Open })
	return lead.Number, err
}

// collectiveConcluded names a complaint and one that is not there, announces, and tells its member what is decided. J1 J2 J3
func collectiveConcluded(ctx context.Context, s *system.System) (string, error) {
	member, err := s.Play(ctx, system.Complaint(M{"category": "service.attitude"}))
	if err != nil {
		return "", err
	}
	issue, err := post(ctx, s.As("manager"), "/api/v1/collective-issues", M{
		"community": "yuhu", "category": "service.attitude", "subject": "前台态度", "complaints": []string{member.Number, "TS-20260302-2BYHS"},
	}, http.StatusCreated)
	if err != nil {
		return "", err
	}
	at := "/api/v1/collective-issues/" + issue.Number
	if err := until(ctx, s, at, func(f found) bool { return len(f.Members) == 1 }); err != nil {
		return "", err
	}
	announced := M{"title": M{"zh": "公告"}, "text": M{"zh": "培训前台"}, "until": system.In(72 * time.Hour)}
	if _, err := post(ctx, s.As("gm"), at+"/announce", announced, http.StatusOK); err != nil {
		return "", err
	}
	if _, err := post(ctx, s.As("gm"), at+"/conclude", M{"decision": M{"zh": "已培训"}}, http.StatusOK); err != nil {
		return "", err
	}
	return issue.Number, until(ctx, s, at, func(f found) bool { return f.Stage == "closed" })
}

// serviceRated is done on site and rated so low that it opens a complaint. L3 L4
func serviceRated(ctx context.Context, s *system.System) (string, error) {
	number, err := other(ctx, s, "service-requests", M{"community": "yuhu", "channel": "hotline", "category": "repair.other", "phone": "13800001111", "what": "换锁"}, []move{
		{"agent", "confirm", M{"content": "换锁", "agreed": true, "department": "engineering", "from": system.In(24 * time.Hour), "to": system.In(26 * time.Hour)}},
		{"engineer", "take", M{}},
		{"engineer", "arrive", M{}},
		{"engineer", "finish", M{"result": "已换", "evidence": []string{"照片"}}},
		{"agent", "rate", M{"score": 1, "opinion": "又坏了"}},
	})
	if err != nil {
		return "", err
	}
	return number, until(ctx, s, "/api/v1/service-requests/"+number, func(f found) bool { return len(f.Links) == 1 })
}

// surveyCounted asks three households, of whom one answers, and ends by itself. M1
func surveyCounted(ctx context.Context, s *system.System) (string, error) {
	if err := house(ctx, s.DatabaseURL); err != nil {
		return "", err
	}
	survey, err := post(ctx, s.As("manager"), "/api/v1/surveys", M{
		"community": "yuhu", "template": "satisfaction", "launch": true, "closes_at": system.In(2 * short),
	}, http.StatusCreated)
	if err != nil {
		return "", err
	}
	at := "/api/v1/surveys/" + survey.Number
	if err := until(ctx, s, at, func(f found) bool { return f.Stage == "asking" }); err != nil {
		return "", err
	}
	reply := M{"building": "7栋", "room": "101", "replies": []M{{"question": "overall", "score": 4}}}
	if _, err := post(ctx, s.As("agent"), at+"/answers", reply, http.StatusCreated); err != nil {
		return "", err
	}
	return survey.Number, until(ctx, s, at, func(f found) bool { return f.Stage == "closed" })
}

// house puts three households into the directory.
func house(ctx context.Context, database string) error {
	db, err := pgx.Connect(ctx, database)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close(context.WithoutCancel(ctx)) }()
	_, err = db.Exec(ctx, `
INSERT INTO buildings (id, community, name, key) VALUES ('b7', 'yuhu', '7栋', '7');
INSERT INTO rooms (id, building, name, key) SELECT 'r' || i, 'b7', i::text, i::text FROM generate_series(101, 103) i;
INSERT INTO owners (id, community, name, language) SELECT 'o' || i, 'yuhu', '住户' || i, 'zh-CN' FROM generate_series(101, 103) i;
INSERT INTO homes (owner, place, room, kind) SELECT 'o' || i, 0, 'r' || i, 'owner' FROM generate_series(101, 103) i`)
	return err
}

// measureStarted comes from a complaint, which is told, and is begun. M3
func measureStarted(ctx context.Context, s *system.System) (string, error) {
	from, err := s.Play(ctx, system.Complaint(nil))
	if err != nil {
		return "", err
	}
	measure, err := post(ctx, s.As("assistant"), "/api/v1/improvements", M{
		"community": "yuhu", "complaints": []string{from.Number}, "problem": "漏水多", "cause": "立管老化", "measure": "更换立管",
		"owner": M{"id": "guard", "name": "赵师傅"}, "due": system.In(72 * time.Hour), "watch": M{"metric": "complaints", "category": "facility.leak"},
	}, http.StatusCreated)
	if err != nil {
		return "", err
	}
	if _, err := post(ctx, s.As("guard"), "/api/v1/improvements/"+measure.Number+"/start-measure", M{}, http.StatusOK); err != nil {
		return "", err
	}
	return measure.Number, until(ctx, s, "/api/v1/complaints/"+from.Number, func(f found) bool { return len(f.Measures) == 1 })
}
