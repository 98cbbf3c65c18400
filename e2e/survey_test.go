package e2e_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/sdk/client"

	"bihuan/e2e/system"
	"bihuan/workflows"
)

// surveyed is a community of its own in the directory: twelve households of one building, ten with an e-mail.
const surveyed = "linjiang"

func populate(t *testing.T) {
	t.Helper()
	db, err := pgx.Connect(t.Context(), bihuan.DatabaseURL)
	must(t, err)
	defer db.Close(context.WithoutCancel(t.Context()))
	for _, sql := range []string{
		`INSERT INTO buildings (id, community, name, key) VALUES ('poll-b', 'linjiang', '7栋', '7') ON CONFLICT DO NOTHING`,
		`INSERT INTO rooms (id, building, name, key) SELECT 'poll-r' || i, 'poll-b', (100 + i)::text, (100 + i)::text FROM generate_series(1, 12) i ON CONFLICT DO NOTHING`,
		`INSERT INTO owners (id, community, name, language) SELECT 'poll-o' || i, 'linjiang', '住户' || i, 'zh-CN' FROM generate_series(1, 12) i ON CONFLICT DO NOTHING`,
		`INSERT INTO homes (owner, place, room, kind) SELECT 'poll-o' || i, 0, 'poll-r' || i, 'owner' FROM generate_series(1, 12) i ON CONFLICT DO NOTHING`,
		`INSERT INTO contacts (owner, place, community, kind, value, preferred) SELECT 'poll-o' || i, 0, 'linjiang', 'email', 'household' || i || '@poll.example', true FROM generate_series(1, 10) i ON CONFLICT DO NOTHING`,
	} {
		_, err := db.Exec(t.Context(), sql)
		must(t, err)
	}
}

// linkTo finds the link in a household's newest mail.
func linkTo(t *testing.T, household int) string {
	t.Helper()
	var link string
	must(t, system.Poll(t.Context(), func() (bool, error) {
		mails := mailbox.To(fmt.Sprintf("household%d@poll.example", household))
		if len(mails) == 0 {
			return false, nil
		}
		link = regexp.MustCompile(regexp.QuoteMeta(bihuan.URL) + `(/survey/\S+)`).FindStringSubmatch(mails[len(mails)-1].Body)[1]
		return true, nil
	}))
	return link
}

func fillIn(t *testing.T, link string, form url.Values) system.Answer {
	t.Helper()
	a, err := bihuan.Anybody().Do(t.Context(), http.MethodPost, link, []byte(form.Encode()), "Content-Type", "application/x-www-form-urlencoded")
	must(t, err)
	return a
}

// results are the results of a survey as far as the tests look at them.
type results struct {
	Final                                    bool
	Stage                                    string
	Population, Households, Responses, Phone int
	Questions                                []struct {
		Question string
		Answered int
		Mean     *struct{ Value, Low, High float64 }
	}
	Buildings []struct{ Building string }
	Texts     []struct{ Text, Name string }
	Series    []struct{ Number string }
}

// TestASurveyFromItsInvitationsToItsResults_M1: households are drawn and written to, answer by link and on the phone,
// whoever has not answered is reminded, the closing date ends it by itself, and the answers add up.
func TestASurveyFromItsInvitationsToItsResults_M1(t *testing.T) {
	populate(t)
	setting(t, M{"path": "survey.remind_after", "now": []string{"6s"}})
	defer setting(t, M{"path": "survey.remind_after", "now": []string{"5d", "10d"}})
	manager, agent := bihuan.As("manager-linjiang"), bihuan.As("agent-linjiang")
	var begun struct{ Number string }
	send(t, manager, "/api/v1/surveys", M{"community": surveyed, "template": "satisfaction", "launch": true, "closes_at": system.In(40 * time.Second)}, http.StatusCreated, &begun)
	at := "/api/v1/surveys/" + begun.Number
	link := linkTo(t, 1)
	page, err := bihuan.Anybody().In("en").Do(t.Context(), http.MethodGet, link, nil)
	must(t, err)
	wantStatus(t, page, http.StatusOK)
	if !strings.Contains(string(page.Body), "How satisfied are you with our service?") || strings.Contains(string(page.Body), "<script") {
		t.Errorf("the page: %s", page.Body)
	}
	wantStatus(t, fillIn(t, link, url.Values{"q-recommend": {"9"}}), http.StatusBadRequest) // the first question is required
	for i := range 5 {
		form := url.Values{"q-overall": {fmt.Sprint(1 + i)}, "q-first": {"parking", "fees"}, "q-words": {fmt.Sprintf("多些车位%d", i)}}
		wantStatus(t, fillIn(t, linkTo(t, 1+i), form), http.StatusOK)
	}
	wantStatus(t, fillIn(t, link, url.Values{"q-overall": {"1"}, "q-first": {"parking", "fees"}, "q-words": {"多些车位0"}}), http.StatusOK) // sent twice
	wantStatus(t, fillIn(t, link, url.Values{"q-overall": {"5"}}), http.StatusConflict)
	forged, err := bihuan.Anybody().Do(t.Context(), http.MethodGet, link[:len(link)-1]+"_", nil)
	must(t, err)
	wantStatus(t, forged, http.StatusNotFound)
	phoned := M{"building": "7栋", "room": "112", "replies": []M{{"question": "overall", "score": 5}}}
	open, err := agent.Do(t.Context(), http.MethodPost, at+"/answers", M{"building": "7栋", "room": "112", "replies": []M{{"question": "recommend", "score": 9}}})
	must(t, err)
	if p := open.Problem(); p.Code != "question_open" || !strings.Contains(string(open.Body), `"field":"overall"`) {
		t.Errorf("an answer without the required one: %s", open.Body)
	}
	var kept struct{ Responses int }
	send(t, agent, at+"/answers", phoned, http.StatusCreated, &kept)
	if kept.Responses != 6 {
		t.Errorf("%d answers", kept.Responses)
	}
	var r results
	get(t, manager, at+"/results", &r)
	if r.Final || r.Responses != 6 || len(r.Questions) > 0 || len(r.Texts) > 0 {
		t.Errorf("before it is over: %+v", r)
	}
	exported(t, manager, agent, at)
	appears(t, begun.Number, "survey-reminded")
	must(t, system.Poll(t.Context(), func() (bool, error) { return len(mailbox.To("household10@poll.example")) == 2, nil }))
	if n := len(mailbox.To("household1@poll.example")); n != 1 {
		t.Errorf("who has answered has %d mails", n)
	}
	must(t, system.Poll(t.Context(), func() (bool, error) {
		get(t, manager, at+"/results", &r)
		return r.Final, nil
	}))
	overall := r.Questions[0]
	if r.Stage != "closed" || r.Households != 12 || r.Population != 12 || r.Responses != 6 || r.Phone != 1 || overall.Answered != 6 ||
		overall.Mean.Value < 3.3 || overall.Mean.Value > 3.4 || overall.Mean.Low >= 3.3 || len(r.Buildings) != 1 || len(r.Texts) != 5 || len(r.Series) == 0 {
		t.Errorf("results %+v, overall %+v", r, overall.Mean)
	}
	wantStatus(t, fillIn(t, linkTo(t, 9), url.Values{"q-overall": {"5"}}), http.StatusConflict)
	refuse(t, agent, at+"/answers", M{"building": "7栋", "room": "111", "replies": []M{{"question": "overall", "score": 5}}}, http.StatusConflict, "survey_over")
	for _, path := range []string{at + "/results.xlsx", "/print/surveys/" + begun.Number + "/results"} {
		a, err := manager.Do(t.Context(), http.MethodGet, path, nil)
		must(t, err)
		wantStatus(t, a, http.StatusOK)
	}
}

// exported wants the list with the links for the manager alone, whoever calls households to see who has not answered, and
// both to be remembered.
func exported(t *testing.T, manager, agent system.Client, at string) {
	t.Helper()
	a, err := manager.Do(t.Context(), http.MethodGet, at+"/households.xlsx", nil)
	must(t, err)
	wantStatus(t, a, http.StatusOK)
	a, err = agent.Do(t.Context(), http.MethodGet, at+"/households.xlsx", nil)
	must(t, err)
	wantStatus(t, a, http.StatusForbidden)
	var silent struct{ Items []struct{ Room string } }
	get(t, agent, at+"/unanswered", &silent)
	if len(silent.Items) != 6 {
		t.Errorf("to be called: %+v", silent.Items)
	}
	if n := rows(t, "SELECT count(*) FROM readings WHERE $1 = ANY (numbers) AND what IN ('get-survey-households', 'list-unanswered')", at[len("/api/v1/surveys/"):]); n != 2 {
		t.Errorf("%d readings", n)
	}
}

// TestTheScheduleOpensSurveysOnce_M1: in a month of the schedule each community has its survey, once however often it runs.
func TestTheScheduleOpensSurveysOnce_M1(t *testing.T) {
	populate(t)
	const communities = 3                                               // of the shipped settings
	march := time.Date(time.Now().Year()+4, 3, 5, 1, 0, 0, 0, time.UTC) // no other survey is of that year
	opened := func(at time.Time) (n int) {
		t.Helper()
		run, err := bihuan.Temporal.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{TaskQueue: workflows.TaskQueue}, workflows.SurveysType, at)
		must(t, err)
		must(t, run.Get(t.Context(), nil))
		on := at.Format("DC-20060102-")
		must(t, system.Poll(t.Context(), func() (bool, error) { // each that was opened is on record with its lot
			n = rows(t, "SELECT count(*) FROM cases WHERE starts_with(number, $1)", on)
			return n == rows(t, "SELECT count(*) FROM events WHERE type = 'survey-launched' AND starts_with(number, $1)", on), nil
		}))
		return n
	}
	if n := opened(march.AddDate(0, 1, 0)); n != 0 {
		t.Errorf("in April %d", n)
	}
	must(t, system.Poll(t.Context(), func() (bool, error) { return opened(march) == communities, nil }))
	if n := opened(march); n != communities {
		t.Errorf("run again: %d", n)
	}
	if n := opened(march.AddDate(0, 0, 20)); n != 0 {
		t.Errorf("run later in the month: %d", n)
	}
}

// TestBadSurveysAreRefused_M1: whole, with every fault by its path.
func TestBadSurveysAreRefused_M1(t *testing.T) {
	manager := bihuan.As("manager")
	text := M{"zh": "问", "en": "Ask"}
	question := M{"id": "q", "kind": "score5", "ask": text}
	for name, bad := range map[string]struct {
		body   M
		status int
		code   string
	}{
		"no questions":         {M{"community": "yuhu", "title": text}, 400, "bad_questionnaire"},
		"a question twice":     {M{"community": "yuhu", "title": text, "questions": []M{question, question}}, 400, "bad_questionnaire"},
		"choices of a score":   {M{"community": "yuhu", "title": text, "questions": []M{{"id": "q", "kind": "single", "ask": text}}}, 400, "bad_questionnaire"},
		"a closing date past":  {M{"community": "yuhu", "template": "satisfaction", "closes_at": system.In(-time.Hour)}, 400, "deadline_in_past"},
		"an unknown template":  {M{"community": "yuhu", "template": "none"}, 400, "unknown_template"},
		"an unknown community": {M{"community": "mars", "template": "satisfaction"}, 400, "unknown_community"},
		"another community":    {M{"community": "linjiang", "template": "satisfaction"}, 403, "forbidden"},
	} {
		by := manager
		if name == "an unknown community" {
			by = bihuan.As("company")
		}
		a, err := by.Do(t.Context(), http.MethodPost, "/api/v1/surveys", bad.body)
		must(t, err)
		if p := a.Problem(); a.Status != bad.status || p.Code != bad.code {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	refuse(t, bihuan.As("agent"), "/api/v1/surveys", M{"community": "yuhu", "template": "satisfaction"}, http.StatusForbidden, "forbidden")
}
