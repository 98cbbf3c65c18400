package api

import "bihuan/words"

// pageWords are the words of the tracking page.
var pageWords = map[words.Language]map[string]string{
	words.Chinese: {
		"title": "投诉进度", "brand": "闭环 · 物业投诉处理", "number": "投诉编号", "registered": "受理时间", "what": "您反映的问题",
		"plan": "处理方案", "plan_awaits": "等待您的意见", "agree": "同意方案", "adjust": "希望调整", "opinion": "您的意见（希望调整时请填写）",
		"tasks": "处理部门", "notices": "通知记录", "contact": "联系人", "none": "暂无",
		"sent": "已收到，谢谢您。", "amend": "修改", "reason": "原因", "send": "提交",
		"appeal": "对判别结果有异议，申请复议", "withdraw": "撤回投诉", "reopen": "问题仍未解决，重新处理",
		"joined": "与同一问题一并处理", "joined_how": "另有邻居反映同一问题，我们一并处理。进展会在这里和通知中告诉您，处理完后也会回访您。", "colon": "：", "related": "相关事项",
		"separate": "我反映的是另一个问题，请单独处理",
		"private":  "此页面仅供您本人查看，请勿转发链接。", "outcome": "办结结果", "drill": "【演练】这是一次内部演练，不是真实投诉。",
		"step_registered": "受理", "step_judged": "判别", "step_working": "处理", "step_verified": "验证", "step_revisited": "回访", "step_closed": "办结", "step_answering": "答复", "answer": "我们的答复",
	},
	words.English: {
		"title": "Your complaint", "brand": "Bihuan · complaint handling", "number": "Case number", "registered": "Received on", "what": "What you told us",
		"plan": "Our plan", "plan_awaits": "waiting for your answer", "agree": "I agree", "adjust": "Change it", "opinion": "Your opinion (needed when the plan should change)",
		"tasks": "Who is working on it", "notices": "Messages to you", "contact": "Contact", "none": "Nothing yet",
		"sent": "Received. Thank you.", "amend": "Change it", "reason": "Reason", "send": "Send",
		"appeal": "I do not accept the judgement", "withdraw": "Withdraw my complaint", "reopen": "It is not solved: take it up again",
		"joined": "Handled together with the same matter", "joined_how": "A neighbour told us of the same matter, and both are handled together. You are told here and by message how it goes on, and asked afterwards whether you are satisfied.", "colon": ": ", "related": "What belongs to it",
		"separate": "Mine is another matter: please handle it by itself",
		"private":  "This page is for you alone. Please do not pass the link on.", "outcome": "Outcome", "drill": "[Drill] Staff are practising. This is not a real complaint.",
		"step_registered": "Received", "step_judged": "Judged", "step_working": "Handled", "step_verified": "Verified", "step_revisited": "Revisit", "step_closed": "Closed", "step_answering": "Answered", "answer": "Our answer",
	},
}
