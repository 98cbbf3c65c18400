package remote

import (
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"bihuan/sim/client"
	"bihuan/sim/town"
)

// M1: every household's page is found by its home in the list that the manager exports.
func TestHouseholdsFindTheirPages_M1(t *testing.T) {
	book := excelize.NewFile()
	for i, row := range [][]any{
		{"户号", "楼栋", "房号", "姓名", "电话", "邮箱", "链接"},
		{1, "1幢", "101", "王住户", "", "", "http://x/survey/DC-1/s3cret"},
	} {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err == nil {
			err = book.SetSheetRow("Sheet1", cell, &row)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	file, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	all, err := readPages(file.Bytes())
	if err != nil || len(all) != 1 || all[[2]string{"1幢", "101"}] != "/survey/DC-1/s3cret" {
		t.Errorf("got %v, %v", all, err)
	}
}

// A11, M2: readings go where the API has them, by the access of whoever reads.
func TestReadingsGoByTheReadersAccess_A11_M2(t *testing.T) {
	a := &api{answers: map[string]any{"/api/v1/complaints/duplicates": map[string]any{"items": []any{client.Likely{Number: number}}}}}
	o := open(t, a, 1000)
	var found struct{ Items []client.Likely }
	agent := town.Who{Role: "agent", Community: "yuhu"}
	if err := o.Read(t.Context(), town.Command{Who: agent, Name: town.ReadLikely, Body: town.Fields{"community": "yuhu"}}, &found); err != nil {
		t.Fatal(err)
	}
	if got := a.last(); len(found.Items) != 1 || found.Items[0].Number != number || got.method != "POST" || got.token != "agent_yuhu" {
		t.Errorf("%+v gave %+v", got, found)
	}
	for name, path := range map[string]string{
		town.ReadAnalysis: "/api/v1/analysis", town.ReadCases: "/api/v1/cases", town.ReadUnanswered: "/api/v1/surveys/DC-20250101-7K3F9/unanswered",
	} {
		day := town.Day(begin)
		c := town.Command{Number: "DC-20250101-7K3F9", Who: agent, Name: name, Body: town.Fields{"from": day, "to": day}}
		if err := o.Read(t.Context(), c, &struct{}{}); err != nil || a.last().path != path || a.last().method != "GET" {
			t.Errorf("%s is read at %s (%v)", name, a.last().path, err)
		}
	}
	if err := o.Read(t.Context(), town.Command{Who: agent, Name: "minds"}, nil); err == nil {
		t.Error("what nobody can read was read")
	}
}

// M3: staff in a body are named as the system knows them, days as they are on the wall.
func TestBodiesNameWhomTheSystemKnows_M3(t *testing.T) {
	o := open(t, &api{}, 1)
	body, err := o.known(town.Fields{"owner": town.Who{Role: "agent", Community: "yuhu"}, "date": town.Day(begin)})
	if owner, _ := body["owner"].(town.Fields); err != nil || owner["id"] != "agent_yuhu" {
		t.Errorf("%+v, %v", body, err)
	}
	today := o.began.In(begin.Location()).Format(time.DateOnly)
	if day, _ := body["date"].(town.Day); day.String() != today {
		t.Errorf("the day is %s, not %s", day, today)
	}
	if _, err := o.known(town.Fields{"owner": town.Who{Role: "gm", Community: "yuhu"}}); err == nil {
		t.Error("somebody is named whom nobody employs")
	}
}
