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
	"explaining":  {"解释中", "being explained"},
	"service":     {"特约服务中", "waiting for a special service"},
	"unreached":   {"未联系上", "not reached"},
	"answering":   {"待答复", "awaiting an answer"},
	"forwarded":   {"已转部门", "with a department"},
	"requested":   {"待确认", "awaiting confirmation"},
	"scheduling":  {"待约时", "awaiting a time"},
	"scheduled":   {"已预约", "with an appointment"},
	"quoting":     {"待报价", "awaiting a quote"},
	"performing":  {"服务中", "being served"},
	"settling":    {"待结算", "awaiting payment"},
	"rating":      {"待评价", "awaiting a rating"},
	"planning":    {"待定处理方式", "being planned"},
	"convened":    {"座谈会待开", "before the forum"},
	"deciding":    {"待答复", "awaiting a decision"},
}

var natureNames = map[string]text{
	"valid":        {"有效", "valid"},
	"invalid":      {"无效", "invalid"},
	"major":        {"重大", "major"},
	"undetermined": {"待定", "undetermined"},
}

var outcomeNames = map[string]text{
	"satisfied":   {"回访满意", "satisfied"},
	"explained":   {"已解释", "explained"},
	"not_reached": {"未联系上", "not reached"},
	"withdrawn":   {"撤回", "withdrawn"},
	"merged":      {"并案", "merged"},
	"answered":    {"已答复", "answered"},
	"adopted":     {"建议采纳", "adopted"},
	"turned":      {"已转办", "turned into another case"},
	"served":      {"服务完成", "served"},
	"unrated":     {"完成未评价", "served, not rated"},
	"concluded":   {"已答复告知", "concluded"},
	"superseded":  {"并入其他事项", "superseded"},
}

// commandNames are those that people may have to wait for.
var commandNames = map[string]text{
	"arrive":            {"按约上门", "come as agreed"},
	"miss":              {"按约上门", "come as agreed"},
	"rate":              {"评价", "rate it"},
	"record-minutes":    {"记录座谈会", "record the forum"},
	"conclude":          {"作出决定", "decide"},
	"complete":          {"完成任务", "complete the work"},
	"verify":            {"验证", "verify the work"},
	"revisit":           {"回访", "revisit"},
	"appeal":            {"考虑是否申诉", "think of an appeal"},
	"decide-escalation": {"决定升级", "decide an escalation"},
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
	"service":  {"特约服务的结果", "outcome of the special service"},
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
