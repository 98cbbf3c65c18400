package forms

import (
	"slices"
	"strings"
	"testing"

	"bihuan/procedure/analysis"
	"bihuan/procedure/statistics"
	"bihuan/server/paper"
)

// lines writes the rows of the block whose title has a word in it.
func lines(t *testing.T, doc paper.Document, title string) (found []string) {
	t.Helper()
	for _, b := range doc.Blocks {
		if !strings.Contains(b.Title, title) {
			continue
		}
		for _, row := range b.Rows {
			cells := make([]string, len(row))
			for i, c := range row {
				cells[i] = c.Text
			}
			found = append(found, strings.TrimSpace(strings.Join(cells, "|")))
		}
		return found
	}
	t.Fatalf("no block %s", title)
	return nil
}

// I4: the summary sets the kinds of demands side by side and adds them up; collective issues, whose complaints are
// counted already, stand below the sum.
func TestI4SummarySetsKindsSideBySide(t *testing.T) {
	s := statistics.Summary{Period: statistics.Period{From: "2026-11-01", To: "2026-12-01"}, Communities: []string{"yuhu"}, Kinds: []statistics.Section{
		{
			Kind: "complaint", OpenAtStart: 1, Registered: 4, Closed: 3, OpenAtEnd: 2, Closing: statistics.Mean{N: 3, Seconds: 3600},
			Building: []statistics.Count{{Key: "", N: 1}, {Key: "10幢", N: 1}, {Key: "2幢", N: 2}}, Urgency: []statistics.Count{{Key: "normal", N: 3}, {Key: "emergency", N: 1}},
			Deadlines: []statistics.Deadline{{Key: "verify", Met: 1}, {Key: "judge", Met: 3, Missed: 1}}, Departments: []statistics.Deadline{{Key: "engineering", Met: 1}},
		},
		{
			Kind: "inquiry", Registered: 2, Closed: 1, OpenAtEnd: 1, Closing: statistics.Mean{N: 1, Seconds: 7200}, Nature: []statistics.Count{{Key: "after_sale", N: 2}},
			Building: []statistics.Count{{Key: "2幢", N: 2}}, Departments: []statistics.Deadline{{Key: "engineering", Met: 1, Missed: 2}},
		},
		{Kind: "collective", Registered: 1, Closed: 1, Urgency: []statistics.Count{{Key: "", N: 1}}},
	}}
	d := desk(t, "zh-CN")
	d.Company = d.Names.(interface{ Company() string }).Company()
	doc := Summary(d, s, Beside{})
	for title, want := range map[string][]string{
		"总体情况": {
			"投诉|1|4|0|3|2|60.0%||1.0|0|0", "咨询与建议|0|2|0|1|1|50.0%||2.0|0|0", "服务请求|0|0|0|0|0||||0|0",
			"合计|1|6|0|4|3|57.1%||1.2|0|0", "集体问题|0|1|0|1|0|100.0%|||0|0",
		},
		"按性质":    {"咨询与建议|售后咨询|2|100.0%||||"},
		"按楼栋":    {"2幢|2|2|4|66.7%", "10幢|1|0|1|16.7%", "未填或未定|1|0|1|16.7%"},
		"按紧急程度":  {"特急|1|1|25.0%", "一般|3|3|75.0%"},
		"时限完成情况": {"判别|3|1|75.0%|验证|1|0|100.0%"},
		"责任部门时限": {"工程部|2|2|50.0%||||"},
	} {
		if got := lines(t, doc, title); !slices.Equal(got, want) {
			t.Errorf("%s\n got %q\nwant %q", title, got, want)
		}
	}
	if doc.Under[0] != "单位名称： 示范物业服务有限公司" {
		t.Errorf("the paper is %v", doc.Under)
	}
}

// M2: a summary names the clearest findings and says how many more there are; where the records do not reach back
// through the period before, it says that instead of telling of changes.
func TestASummaryTellsOfChangesThatCanBeTold_M2(t *testing.T) {
	d := desk(t, "en")
	s := statistics.Summary{Period: statistics.Period{From: "2026-11-01", To: "2026-12-01"}, Communities: []string{"yuhu", "linjiang"}}
	worse := func(community string) analysis.Finding {
		return analysis.Finding{Community: community, StandsOut: true, Watch: analysis.Watch{Metric: analysis.Complaints, Subject: analysis.Subject{Channel: "wechat"}},
			Comparison: analysis.Compare(analysis.Complaints, analysis.SampleOf(12, 40, 102, 871, 30), analysis.SampleOf(3, 30, 18, 109, 30))}
	}
	b := Beside{Findings: slices.Repeat([]analysis.Finding{worse("yuhu"), worse("linjiang")}, 13)}
	if got := lines(t, Summary(d, s, b), "beyond chance"); len(got) != mostStanding+1 || !strings.Contains(got[0], "WeChat") || got[mostStanding] != "More of them, in the analysis: 16" {
		t.Errorf("%q", got)
	}
	b.Uncompared = []string{"yuhu", "linjiang"}
	if got := lines(t, Summary(d, s, b), "beyond chance"); len(got) != 1 || !strings.HasSuffix(got[0], "no change can be told: Yuhu Gardens · Riverside Court") {
		t.Errorf("%q", got)
	}
}
