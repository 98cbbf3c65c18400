package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"bihuan/procedure/service"
	"bihuan/words"
)

// The customer's page of a service request: what its template asks for.

// Hour writes an hour of the day in the community's zone.
func (p page) Hour(t time.Time) string {
	if p.zone != nil {
		t = t.In(p.zone)
	}
	return t.Format("15:04")
}

// Label puts a code into words.
func (p page) Label(kind string, code any) string {
	return words.Label(p.Language, kind, fmt.Sprint(code))
}

// Yuan writes an amount in fen.
func (p page) Yuan(fen int64) string { return fmt.Sprintf("¥ %d.%02d", fen/100, fen%100) }

// Category gives a category's name.
func (p page) Category(id string) string { return p.names.Category(id) }

// Answers are what the customer filled into the form, by the names of its fields. L1
func (p page) Answers() []service.Filled {
	return mapped(p.Case.Service.Form, func(f service.Filled) service.Filled {
		name, answer := p.names.Field(p.Case.Service.Category, f.ID, f.Value)
		return service.Filled{ID: name, Value: answer}
	})
}

// Scores are those of the feedback form, the best first. L4
func (p page) Scores() []int { return []int{5, 4, 3, 2, 1} }

// pageWordsOf gives the page's words for a kind of case.
func pageWordsOf(lang words.Language, kind string) map[string]string {
	all := maps.Clone(pageWords[lang])
	maps.Copy(all, kindWords[kind][lang])
	return all
}

// kindWords are the words that differ from the complaint's.
var kindWords = map[string]map[words.Language]map[string]string{
	"inquiry": {
		words.Chinese: {
			"title": "咨询进度", "brand": "闭环 · 物业服务", "number": "咨询编号", "what": "您的问题或建议", "withdraw": "撤回", "reopen": "还有疑问，请继续答复",
			"drill": "【演练】这是一次内部演练，不是真实咨询。",
		},
		words.English: {
			"title": "Your question", "brand": "Bihuan · services", "number": "Number", "what": "What you asked or suggested", "withdraw": "Withdraw it", "reopen": "This does not answer it: please go on",
			"drill": "[Drill] Staff are practising. This is not a real question.",
		},
	},
	"service": {
		words.Chinese: {
			"title": "服务进度", "brand": "闭环 · 物业服务", "number": "服务编号", "what": "您的服务需求", "withdraw": "取消服务",
			"drill": "【演练】这是一次内部演练，不是真实服务。", "step_scheduled": "预约", "step_performing": "服务", "step_rated": "评价", "step_closed": "完成",
			"appointment": "上门时间", "wish": "您希望的时间", "visit_agreed": "双方已约定", "visit_yours": "等待您确认", "visit_ours": "等待我们确认", "visit_missed": "很抱歉，我们未能按约上门。",
			"visit_agree": "同意这个时间", "visit_other": "希望改个时间", "hours": "工作时间：", "next_urgent": "您反映的是紧急情况，我们已立即派给责任部门，请保持电话畅通。", "next_missed": "我们会尽快上门，或与您另约时间。", "next_ours": "我们会尽快答复，与您约定上门时间。", "from": "最早", "to": "最晚",
			"quote": "报价", "item": "项目", "quantity": "数量", "price": "单价", "total": "合计", "quote_accept": "接受报价", "quote_decline": "不接受报价",
			"quote_go_on": "只做免费的部分", "to_pay": "待付费用", "rating": "您的评价", "rate": "这次服务怎么样？（5 分最满意）", "rate_opinion": "您的意见",
		},
		words.English: {
			"title": "Your service request", "brand": "Bihuan · services", "number": "Request number", "what": "What you asked for", "withdraw": "Cancel my request",
			"drill": "[Drill] Staff are practising. This is not a real request.", "step_scheduled": "Visit", "step_performing": "Work", "step_rated": "Rating", "step_closed": "Done",
			"appointment": "We come", "wish": "The time you asked for", "visit_agreed": "Agreed", "visit_yours": "Waiting for you to agree", "visit_ours": "Waiting for us to agree", "visit_missed": "We are sorry: we were not there.",
			"visit_agree": "This time suits me", "visit_other": "Ask for another time", "hours": "Working hours:", "next_urgent": "As this is an emergency, it has gone straight to the responsible department. Please stay within reach.", "next_missed": "We will come as soon as we can, or arrange another time with you.", "next_ours": "We will answer soon, and agree on a time with you.", "from": "From", "to": "Until",
			"quote": "Quote", "item": "Item", "quantity": "Number", "price": "Each", "total": "Total", "quote_accept": "Accept the quote", "quote_decline": "Decline the quote",
			"quote_go_on": "Do only what is free", "to_pay": "To be paid", "rating": "Your rating", "rate": "How was it? (5 is best)", "rate_opinion": "Your opinion",
		},
	},
}

// typed gives a form's fields as the contract wants them: whole numbers, truth values, and the hours of a
// page in the community's zone as instants. What does not fit stays as it was sent, to be refused by name.
func (op *operation) typed(fields map[string]string, zone *time.Location) map[string]any {
	all := make(map[string]any, len(fields))
	for name, value := range fields {
		all[name] = value
		property, ok := op.body.Properties[name]
		if !ok {
			continue
		}
		switch s := property.Value; {
		case s.Type.Is(openapi3.TypeInteger) && json.Valid([]byte(value)):
			all[name] = json.RawMessage(value)
		case s.Type.Is(openapi3.TypeBoolean):
			all[name] = value == "true"
		case s.Format == "date-time":
			if t, err := time.ParseInLocation("2006-01-02T15:04", value, zone); err == nil {
				all[name] = t.Format(time.RFC3339)
			}
		}
	}
	return all
}
