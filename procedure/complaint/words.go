package complaint

import (
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
)

// Stage is where a complaint stands in the loop.
type Stage = machine.Stage

// The stages, in the order of the loop.
const (
	StageNew         Stage = ""            // not registered yet
	StageRegistered  Stage = "registered"  // 待判别: waits for the agent's judgement
	StageReferred    Stage = "referred"    // 待经理判别: waits for the manager's judgement. B3, B10
	StageReview      Stage = "review"      // 评审中: waits for the review panel. B4
	StageExplaining  Stage = "explaining"  // 解释中: invalid, being explained. B5
	StageService     Stage = "service"     // 特约服务中: waits for a service request. B6
	StageDispatching Stage = "dispatching" // 待派单
	StageWorking     Stage = "working"     // 处理中
	StageVerifying   Stage = "verifying"   // 待验证. F1
	StageRevisiting  Stage = "revisiting"  // 待回访. G1
	StageUnreached   Stage = "unreached"   // 未联系上: waits for the manager. G5
	StageClosed      Stage = "closed"      // 已关闭, can be reopened. G8
	StageArchived    Stage = "archived"    // 已归档: the end
)

// Stages lists every stage in the order of the loop.
var Stages = []Stage{
	StageNew, StageRegistered, StageReferred, StageReview, StageExplaining, StageService, StageDispatching,
	StageWorking, StageVerifying, StageRevisiting, StageUnreached, StageClosed, StageArchived,
}

// Nature is what a judgement says of a complaint. B1-B3
type Nature string

// The natures.
const (
	Valid        Nature = "valid"
	Invalid      Nature = "invalid"
	Major        Nature = "major"
	Undetermined Nature = "undetermined"
)

// Urgency is how fast it must go. A8
type Urgency string

// The urgencies.
const (
	Emergency Urgency = "emergency"
	Urgent    Urgency = "urgent"
	Normal    Urgency = "normal"
)

// Channel is how the complaint came in. A1
type Channel = machine.Channel

// The channels.
const (
	Hotline  = machine.Hotline
	Desk     = machine.Desk
	Letter   = machine.Letter
	Email    = machine.Email
	Website  = machine.Website
	WeChat   = machine.WeChat
	Petition = machine.Petition
	Relay    = machine.Relay
)

// Channels lists the channels that people use.
var Channels = machine.Channels

// TaskStatus is where a task stands.
type TaskStatus string

// The task statuses.
const (
	TaskWaiting    TaskStatus = "waiting"    // for the tasks before it. C3
	TaskQueued     TaskStatus = "queued"     // whose turn it is will be known in a moment. C1
	TaskDispatched TaskStatus = "dispatched" // waits for the department to accept. C2
	TaskReturned   TaskStatus = "returned"   // waits for the desk to re-route. C2
	TaskAccepted   TaskStatus = "accepted"   // being worked on
	TaskPaused     TaskStatus = "paused"     // C6
	TaskCompleted  TaskStatus = "completed"  // C5
)

// Answer is the complainant's opinion on a plan. D2, D3
type Answer string

// The answers.
const (
	Agreed   Answer = "agreed"
	Adjust   Answer = "adjust"
	NoAnswer Answer = "no_answer"
)

// Method is how a revisit is made. G3
type Method string

// The revisit methods.
const (
	ByPhone Method = "phone"
	AtDoor  Method = "door"
	Other   Method = "other"
)

// Outcome is how a complaint closed; there are no other ends. I1
type Outcome string

// The outcomes.
const (
	Satisfied  Outcome = "satisfied"
	Explained  Outcome = "explained"
	NotReached Outcome = "not_reached"
	Withdrawn  Outcome = "withdrawn"
	Merged     Outcome = "merged"
)

// Step names a deadline setting (policy.Deadlines).
type Step = deadline.Step

// The steps that have a deadline. H1
const (
	StepJudge     Step = "judge"
	StepRefer     Step = "refer"
	StepReview    Step = "review"
	StepExplain   Step = "explain"
	StepService   Step = "service"
	StepDispatch  Step = "dispatch"
	StepAccept    Step = "accept"
	StepReroute   Step = "reroute"
	StepWork      Step = "work"
	StepPlan      Step = "plan"
	StepAnswer    Step = "answer"
	StepFollowUp  Step = "follow_up"
	StepVerify    Step = "verify"
	StepRevisit   Step = "revisit"
	StepUnreached Step = "unreached"
	StepDecision  Step = deadline.StepDecision
	StepReminder  Step = deadline.StepReminder
	StepReopen    Step = "reopen"
)

// Steps lists every step in the order of the procedure.
var Steps = []Step{
	StepJudge, StepRefer, StepReview, StepExplain, StepService, StepDispatch, StepAccept, StepReroute, StepWork,
	StepPlan, StepAnswer, StepFollowUp, StepVerify, StepRevisit, StepUnreached, StepDecision, StepReminder, StepReopen,
}
