package demo

import (
	"time"

	"bihuan/sim/client"
)

// text is something said in Chinese and in English.
type text struct{ zh, en string }

var roleNames = map[string]text{
	"agent":        {"客服", "agent"},
	"receptionist": {"前台", "receptionist"},
	"assistant":    {"客户助理", "customer assistant"},
	"handler":      {"责任部门", "department"},
	"manager":      {"客服中心经理", "service-centre manager"},
	"gm":           {"总物业经理", "general manager"},
	"company":      {"公司", "head office"},
	"admin":        {"系统管理", "administrator"},
	"complainant":  {"客户", "customer"},
}

var kindNames = map[string]text{
	"complaint":   {"投诉", "complaints"},
	"inquiry":     {"咨询建议", "inquiries and suggestions"},
	"service":     {"服务申请", "service requests"},
	"collective":  {"集体事项", "collective issues"},
	"survey":      {"满意度调查", "surveys"},
	"improvement": {"改进措施", "improvement measures"},
}

var stageNames = map[string]text{
	"registered":  {"待判别", "awaiting judgement"},
	"referred":    {"待经理判别", "awaiting the manager's judgement"},
	"review":      {"评审中", "under review"},
	"dispatching": {"待派单", "awaiting dispatch"},
	"working":     {"处理中", "being handled"},
	"verifying":   {"待验证", "awaiting verification"},
	"revisiting":  {"待回访", "awaiting revisit"},
	"closed":      {"已关闭", "closed"},
}

var stepNames = map[string]text{
	"judge":    {"判别", "judgement"},
	"review":   {"评审", "review"},
	"dispatch": {"派单", "dispatch"},
	"accept":   {"接单", "acceptance"},
	"reroute":  {"改派", "re-routing"},
	"work":     {"任务处理", "work on the task"},
	"plan":     {"提出方案", "plan"},
	"answer":   {"方案答复", "answer to the plan"},
	followUp:   {"跟进联系", "follow-up"},
	"verify":   {"验证", "verification"},
	"revisit":  {"回访", "revisit"},
	"decision": {"升级决定", "decision on the escalation"},
	"reopen":   {"重新打开期限", "time to reopen"},
}

var fieldNames = map[string]text{
	"happened_at": {"发生时间", "when it happened"},
	"remedy":      {"诉求", "what is asked for"},
}

// name gives a code's words, or the code where this story has no words for it.
func name(names map[string]text, code string) text {
	if t, ok := names[code]; ok {
		return t
	}
	return text{code, code}
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
