package login

import "bihuan/words"

// pageWords are the words of the pages themselves; refusals come from the catalogs.
var pageWords = map[words.Language]map[string]string{
	words.Chinese: {
		"brand": "闭环 · 员工", "login": "登录", "account": "员工编号或邮箱", "password": "密码", "log_in": "登录", "provider": "使用公司统一登录",
		"verify": "验证身份", "code": "动态验证码，或一个备用码", "go_on": "继续",
		"enroll": "设置动态验证码", "second_why": "您的岗位要求在密码之外再用手机动态验证码登录。请准备好验证器应用。", "set_up": "设置动态验证码",
		"scan": "请用验证器应用扫描二维码。", "qr": "动态验证码的二维码", "by_hand": "或手工输入密钥：", "open_app": "在本机的验证器应用中打开",
		"first_code": "应用显示的6位验证码", "codes": "备用码", "recovery_why": "手机丢失时，每个备用码可以登录一次。它们只在这里显示一次，请抄下并妥善保存。", "kept": "已保存，继续",
		"choose_password": "修改密码", "password_rules": "至少12个字符，不能包含姓名或账号，也不能是常见密码。修改后，其他设备上的登录会全部退出。",
		"current": "当前密码", "new": "新密码", "again": "再输入一次新密码", "change": "修改密码", "change_password": "修改密码", "differ": "两次输入的新密码不一样。",
		"me": "我的账号", "roles": "岗位", "communities": "小区", "department": "部门", "second": "动态验证码", "yes": "已设置", "all": "全部", "log_out": "退出登录",
		"tokens": "个人令牌", "token_made": "新令牌（只显示这一次）", "read_only": "只读", "until": "有效期至", "revoke": "作废", "none": "还没有",
		"new_token": "新建令牌", "label": "用途", "days": "有效天数", "community": "限定小区（可不填）", "make": "新建",
		"sessions": "登录中的设备", "device": "其他设备", "this": "本机", "end": "退出", "log_out_everywhere": "全部退出", "left": "已退出登录。",
	},
	words.English: {
		"brand": "Bihuan · Staff", "login": "Log in", "account": "Staff ID or e-mail", "password": "Password", "log_in": "Log in", "provider": "Log in through the company",
		"verify": "Prove that it is you", "code": "The code of your authenticator app, or a recovery code", "go_on": "Continue",
		"enroll": "Set up a second factor", "second_why": "Your role needs a second factor besides the password. Have your authenticator app ready.", "set_up": "Set up a second factor",
		"scan": "Scan this with your authenticator app.", "qr": "QR code of the second factor", "by_hand": "Or type in the secret:", "open_app": "Open in the authenticator app on this device",
		"first_code": "The six digits that the app shows", "codes": "Recovery codes", "recovery_why": "When your phone is lost, each of these lets you in once. They are shown here only, this once: write them down.", "kept": "I have kept them",
		"choose_password": "Change the password", "password_rules": "At least 12 characters, without your name or account, and none that everybody tries. You are logged out everywhere else.",
		"current": "Current password", "new": "New password", "again": "New password again", "change": "Change the password", "change_password": "Change the password", "differ": "The two new passwords differ.",
		"me": "My account", "roles": "Roles", "communities": "Communities", "department": "Department", "second": "Second factor", "yes": "Set up", "all": "All", "log_out": "Log out",
		"tokens": "Personal tokens", "token_made": "The new token (shown this once)", "read_only": "Read only", "until": "until", "revoke": "Revoke", "none": "None yet",
		"new_token": "New token", "label": "What it is for", "days": "Days that it lasts", "community": "For one community alone (optional)", "make": "Make it",
		"sessions": "Where I am logged in", "device": "Another device", "this": "here", "end": "End", "log_out_everywhere": "Log out everywhere", "left": "You are logged out.",
	},
}
