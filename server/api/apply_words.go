package api

import "bihuan/words"

// applyWords are the words of the pages on which residents apply for something; one that a kind of case says otherwise
// stands under its name with the kind.
var applyWords = map[words.Language]map[string]string{
	words.Chinese: {
		"brand": "物业服务中心", "title": "在线办理", "communities": "请选择您的小区", "choose": "您需要什么？", "other": "English", "back": "返回",
		"offer.complaint": "投诉", "offer.complaint.note": "物业服务没有做好，请我们改正", "offer.inquiry": "咨询与建议", "offer.inquiry.note": "有疑问想了解，或者有好的建议",
		"section.matter": "您的需求", "section.matter.complaint": "您反映的问题", "section.matter.inquiry": "您的问题或建议", "note.contact": "请留下联系方式，便于我们答复和回访。", "note.contact.service": "请填写上门地址和联系方式。", "section.contact": "联系方式", "optional": "（选填）", "please": "请选择", "send": "提交",
		"class": "您想", "category": "类别", "what": "请说明情况", "what.service": "需要我们做什么？", "what.complaint": "发生了什么？", "what.inquiry": "请写下您的问题或建议",
		"happened_at": "发生时间", "place": "地点", "remedy": "您希望怎样解决？",
		"name": "姓名", "building": "楼栋", "building.hint": "例如：3", "room": "房号", "room.hint": "例如：1201", "phone": "联系电话", "email": "电子邮箱", "email.hint": "进展会发到这里",
		"wish.day": "希望上门的日期", "wish.hint": "最终时间会与您确认。工作时间：", "wish.from": "从几点", "wish.to": "到几点", "number": "请填写数字",
		"check":   "还有几处需要修改，您填写的内容都已保留：",
		"missing": "请填写此项。", "too_long": "内容太长，最多 # 字。", "wrong": "填写有误，请检查。", "wrong.tel": "电话号码不正确，请检查。", "wrong.email": "电子邮箱不正确，请检查。",
		"wrong.number": "请填写数字，例如 2 或 12.5。", "wrong.date": "日期不正确，请检查。", "wrong.choice": "请从中选择一项。", "wrong.select": "请从中选择一项。",
		"sent_before": "您刚才已经提交过一份，我们已经收到。如果这是另一件事，请再次点击“提交”。",
		"taken":       "已收到，谢谢您！", "number_is": "编号", "next": "接下来", "emergency": "您反映的是紧急情况，我们已立即通知责任部门和值班人员。",
		"follow": "查看进展", "keep": "请保存下面的链接，凭它随时查询进展、确认时间和评价。链接仅供您本人使用，请勿转发。", "another": "再办理一件",
		"privacy": "您填写的内容只用于办理这件事。",
	},
	words.English: {
		"brand": "Property service centre", "title": "Online services", "communities": "Which community do you live in?", "choose": "What do you need?", "other": "中文", "back": "Back",
		"offer.complaint": "Complain", "offer.complaint.note": "Something that we should have done better", "offer.inquiry": "Ask or suggest", "offer.inquiry.note": "You have a question, or an idea for us",
		"section.matter": "What you need", "section.matter.complaint": "What is wrong", "section.matter.inquiry": "Your question or idea", "note.contact": "Please tell us how to reach you, so that we can answer.", "note.contact.service": "Where shall we come, and how do we reach you?", "section.contact": "How we reach you", "optional": " (optional)", "please": "Please choose", "send": "Send",
		"class": "This is about", "category": "Category", "what": "Please describe it", "what.service": "What shall we do?", "what.complaint": "What happened?", "what.inquiry": "Please write it down",
		"happened_at": "When it happened", "place": "Where", "remedy": "How should it be put right?",
		"name": "Name", "building": "Building", "building.hint": "For example: 3", "room": "Room", "room.hint": "For example: 1201", "phone": "Phone", "email": "E-mail", "email.hint": "We send news to it",
		"wish.day": "Day on which it would suit you", "wish.hint": "We will confirm the time with you. Working hours: ", "wish.from": "From", "wish.to": "Until", "number": "A number",
		"check":   "Please look at these once more. What you have typed is still here:",
		"missing": "Please fill this in.", "too_long": "This is too long: at most # characters.", "wrong": "This is not right. Please check it.", "wrong.tel": "This is not a phone number. Please check it.", "wrong.email": "This is not an e-mail address. Please check it.",
		"wrong.number": "This is not a number, such as 2 or 12.5.", "wrong.date": "This is not a date. Please check it.", "wrong.choice": "Please choose one of these.", "wrong.select": "Please choose one of these.",
		"sent_before": "You have just sent one, and we have it. If this is another matter, please press Send once more.",
		"taken":       "We have it. Thank you!", "number_is": "Number", "next": "What comes next", "emergency": "As this is an emergency, we have told the responsible department and the staff on duty at once.",
		"follow": "See how it goes on", "keep": "Please keep this link. With it you can see how it goes on at any time, agree to a time, and tell us how it was. It is for you alone; please do not pass it on.", "another": "Apply for something else",
		"privacy": "What you write here is used for this matter alone.",
	},
}
