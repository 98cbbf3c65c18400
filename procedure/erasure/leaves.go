package erasure

import (
	"bihuan/procedure/complaint"
	"bihuan/procedure/improvement"
	"bihuan/procedure/service"
	"bihuan/procedure/survey"
)

// split lists the paths within an event's data that are personal or somebody's own words, and those that
// statistics, deadlines and the audit need. A * stands for a place in a list. Numbers and truth values
// are listed too: an audit must know that none of them may be missing.
type split struct{ personal, kept string }

// orders are the leaves of a list of task orders.
func orders(list string) split {
	return split{
		personal: list + "/*/content " + list + "/*/contact " + list + "/*/phone ",
		kept:     list + "/*/department " + list + "/*/pool " + list + "/*/deadline " + list + "/*/after/* ",
	}
}

var (
	tasks   = orders("tasks")
	rectify = orders("rectify")
)

// plan is what a measure says: words, who carries it out, and the figure that it watches. A household is
// never watched, and its room would be personal.
var plan = split{
	personal: "problem cause measure owner/name watch/room ",
	kept:     "owner/id due watch/metric watch/category watch/building watch/department watch/channel ",
}

// asked is of which figure, and of when.
const asked = "community before_from before_to from to watch/metric watch/category watch/building watch/department watch/channel "

// figures are the leaves of a sample.
func figures(of string) string {
	return of + "/n " + of + "/of " + of + "/days " + of + "/mean " + of + "/variance "
}

// leaves is the table, by event. Who is complained about (involved), and other records that lead to the
// complainant (request, into), go with the words; a building stays for the statistics, a room does not.
var leaves = map[string]split{
	complaint.EvRegistered: {
		"name room phone email place what involved/*/staff involved/*/name remedy apology relayed/by attach_to source",
		"community channel category building language happened_at relayed/department relayed/at drill urgency vague/* version unclear/*",
	},
	improvement.EvFeedback:   {"text", "community drill about which"},
	improvement.EvDeclined:   {"reason", ""},
	improvement.EvPlanned:    {plan.personal + "complaints/* source", plan.kept + "community drill finding/from finding/to"},
	improvement.EvChanged:    {plan.personal + "reason", plan.kept},
	improvement.EvNamed:      {"complaints/*", ""},
	improvement.EvStarted:    {"", ""},
	improvement.EvTrained:    {"topic attended/*/name", "date attended/*/id"},
	improvement.EvFinished:   {"result", ""},
	improvement.EvEvaluating: {"watch/room", asked},
	improvement.EvEvaluated:  {"watch/room", asked + figures("now") + figures("before") + "p change low high worse better verdict round"},
	improvement.EvAssessed:   {"reason cause measure owner/name", "effective owner/id due verdict overruled"},
	service.EvRegistered: {
		"name room phone email what form/*/value source",
		"community channel category building language drill urgency form/*/id wish/from wish/to charge missing/* version",
	},
	service.EvConfirmed:     {"content form/*/value", "charge form/*/id"},
	service.EvProposed:      {"reason", "version from to by agreed"},
	service.EvAgreed:        {"said", "version"},
	service.EvMissed:        {"reason", "version by"},
	service.EvAssigned:      {"", "department pool offered/* turn auto"},
	service.EvTurned:        {"", "department task"},
	service.EvTaken:         {"", "department"},
	service.EvJobReturned:   {"reason", "department"},
	service.EvArrived:       {"note", ""},
	service.EvQuoted:        {"items/*/name note", "version items/*/quantity items/*/price total answer"},
	service.EvQuoteAccepted: {"said", "version"},
	service.EvQuoteDeclined: {"reason", "version go_on"},
	service.EvBegun:         {"", ""},
	service.EvRecorded:      {"note evidence/*", ""},
	service.EvFinished:      {"result evidence/* parts/*", ""},
	service.EvPaid:          {"note", "method amount"},
	service.EvWaived:        {"reason", ""},
	service.EvRated:         {"opinion", "score"},
	service.EvRatingAsked:   {"", ""},

	survey.EvRegistered: {"", "community template sample closes_at launch drill " + questions},
	survey.EvRewritten:  {"", "sample closes_at " + questions},
	survey.EvLaunched:   {"", "seed sample closes_at"},
	survey.EvDrawn:      {"", "households population closes_at"},
	survey.EvNotDrawn:   {"", "code"},
	survey.EvInvited:    {"", "wave mails"},
	survey.EvReminded:   {"", "wave"},
	survey.EvConcluded:  {"reason", ""},
	survey.EvCounted: {"", "population households responses phone questions/*/question questions/*/answered questions/*/counts/* buildings/*/building " +
		"buildings/*/responses buildings/*/questions/*/question buildings/*/questions/*/answered buildings/*/questions/*/counts/*"},
	complaint.EvJoinedIssue: {"", "issue"},
	complaint.EvLeftIssue:   {"reason", "issue into code"},
	complaint.EvInformed:    {"said/zh said/en place", "issue what at present"},

	complaint.EvClarified: {
		"name room phone email place what involved/*/staff involved/*/name remedy impossible",
		"building happened_at",
	},
	complaint.EvClassified:     {"reason", "category urgency"},
	complaint.EvContained:      {"measure", ""},
	complaint.EvReceived:       {"said promised", ""},
	complaint.EvHandlerNamed:   {"name", "staff"},
	complaint.EvJudged:         {"grounds", "nature special_service"},
	complaint.EvReviewed:       {"grounds", "nature"},
	complaint.EvExplained:      {"said", "accepted next"},
	complaint.EvAppealed:       {"reason", ""},
	complaint.EvServiceSettled: {"request outcome", "done"},
	complaint.EvDispatched: {
		tasks.personal + "tasks/*/assignee/name",
		tasks.kept + "tasks/*/offered/* tasks/*/turn tasks/*/id tasks/*/status tasks/*/assignee/id tasks/*/assignee/role tasks/*/round lead auto",
	},
	complaint.EvTaskReleased:     {"", "task"},
	complaint.EvTaskTurned:       {"", "task department"},
	complaint.EvTaskDeclined:     {"reason", "task department"},
	complaint.EvTaskAccepted:     {"", "task department"},
	complaint.EvCoordinator:      {"", "department"},
	complaint.EvTaskReturned:     {"reason", "task department"},
	complaint.EvTaskRerouted:     {"content", "task department deadline"},
	complaint.EvTaskProgressed:   {"note", "task"},
	complaint.EvTaskCompleted:    {"result evidence/*", "task"},
	complaint.EvTaskPaused:       {"note", "task reason until"}, // the reason is one of two codes
	complaint.EvTaskResumed:      {"", "task"},
	complaint.EvPlanProposed:     {"text", "version answer"},
	complaint.EvPlanAnswered:     {"opinion", "answer"},
	complaint.EvVerified:         {rectify.personal + "note", rectify.kept + "passed"},
	complaint.EvRevisited:        {rectify.personal + "opinion of", rectify.kept + "method reached satisfied outcome handling"},
	complaint.EvUnreachedDecided: {"reason of", "decision"},
	complaint.EvClosed:           {"reason into", "outcome recourse recourse/zh recourse/en"}, // the recourse is a setting's text
	complaint.EvMergedIn: {
		"joined/*/number joined/*/involved/*/staff joined/*/involved/*/name", "joined/*/language",
	},
	complaint.EvMergeTurnedAway: {"number into", "code"},
	complaint.EvMeasureNoted:    {"number", ""},
	complaint.EvParted:          {"number", "code"},
	complaint.EvFollowed: {
		"from text revisit/by/name",
		"what stage outcome recourse/zh recourse/en revisit/method revisit/at revisit/by/id revisit/by/role revisit/outcome revisit/handling",
	},
	complaint.EvNotFollowing:    {"from", ""},
	complaint.EvMergeRedirected: {"into", ""},
	complaint.EvMergeChecked:    {"into", ""},
	complaint.EvMergeUndone:     {"from into reason", "code"},
}

// questions are the leaves of a questionnaire: what is asked names nobody. M1
const questions = "title/zh title/en questions/*/id questions/*/kind questions/*/ask/zh questions/*/ask/en questions/*/required " +
	"questions/*/choices/*/id questions/*/choices/*/name/zh questions/*/choices/*/name/en"

// NoticeArgs are the arguments of notices that stay: codes, numbers and times.
var NoticeArgs = []string{
	"number", "stage", "urgency", "category", "step", "task", "escalation", "level", "decision", "answer", "due",
	"of", "at", "deadline", "recourse_zh", "recourse_en", "year", "drill",
}
