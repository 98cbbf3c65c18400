package directory

import (
	"fmt"
	"strconv"
	"strings"
)

// sentences are what is said about a fault, in Chinese and in English. {limit} and {other} are filled in.
var sentences = map[string][2]string{
	"too_many_rows":      {"文件超过 {limit} 行，请分成几个文件导入。", "The file has more than {limit} rows; please split it."},
	"too_large":          {"文件解开后太大，不能导入。", "The file is too large when unpacked."},
	"macros":             {"文件带有宏，不能导入；请另存为不带宏的 .xlsx 文件。", "The file has macros; please save it as .xlsx without macros."},
	"old_format":         {"这是旧版 .xls 文件或加了密码的文件；请另存为不加密码的 .xlsx 或 CSV 文件。", "This is an old .xls file, or one with a password; please save it as .xlsx or CSV without a password."},
	"not_a_spreadsheet":  {"文件无法读取：不是 XLSX 或 CSV 文件，或者已损坏。", "The file cannot be read: it is no XLSX or CSV file, or it is damaged."},
	"bad_encoding":       {"文字编码无法识别；请存为 UTF-8 或 GBK 编码。", "The text encoding is not known; please save it as UTF-8 or GBK."},
	"bad_csv":            {"这一行的引号或分隔符不对。", "Quotes or separators of this row are wrong."},
	"empty":              {"文件里没有数据。", "The file has no data."},
	"missing_column":     {"缺少这一列。", "This column is missing."},
	"unknown_column":     {"不认识这一列的表头。", "This column's header is not known."},
	"repeated_column":    {"这一列出现了两次。", "This column is there twice."},
	"formula":            {"这一格是公式；请改为文字或数值。", "This cell is a formula; please replace it with its value."},
	"missing":            {"这一格没有填写。", "This cell is empty and must not be."},
	"bad_text":           {"内容太长，或含有不能使用的字符。", "This is too long or has characters that cannot be used."},
	"bad_phone":          {"电话号码不正确；固定电话请加区号。", "This is not a phone number; landlines need their area code."},
	"bad_email":          {"电子邮箱不正确。", "This is not an e-mail address."},
	"bad_id":             {"账号只能用小写字母、数字、点、横线和下划线，最长 64 个字符。", "An ID has lower-case letters, digits, dots, dashes and underscores only, at most 64."},
	"unknown_community":  {"没有这个小区，或者不归您管理。", "There is no such community, or it is not yours to keep."},
	"unknown_department": {"没有这个部门。", "There is no such department."},
	"unknown_role":       {"没有这个角色。", "There is no such role."},
	"unknown_kind":       {"身份只能是业主或租户。", "The kind is owner or tenant."},
	"unknown_language":   {"语言只能是中文或英文。", "The language is Chinese or English."},
	"department_needed":  {"责任部门的人员必须填写部门。", "A handler needs a department."},
	"repeated_row":       {"与第 {other} 行重复。", "This repeats row {other}."},
	"repeated_phone":     {"与第 {other} 行的电话相同，但姓名不同。", "Row {other} has the same phone number with another name."},
	"repeated_email":     {"与第 {other} 行的电子邮箱相同。", "Row {other} has the same e-mail address."},
	"repeated_id":        {"与第 {other} 行的账号相同。", "Row {other} has the same ID."},
	"phone_of_another":   {"这个电话号码已登记在另一个人名下。", "This phone number is somebody else's already."},
	"email_of_another":   {"这个电子邮箱已登记在另一个人名下。", "This e-mail address is somebody else's already."},
	"not_yours":          {"这个账号不归您管理。", "This ID is not yours to keep."},
}

// fieldNames are the columns as people call them.
var fieldNames = map[string][2]string{
	"community": {"小区", "community"}, "building": {"楼栋", "building"}, "room": {"房号", "room"}, "name": {"姓名", "name"},
	"phone": {"电话", "phone"}, "email": {"电子邮箱", "email"}, "wechat": {"微信", "wechat"}, "kind": {"身份", "kind"},
	"language": {"语言", "language"}, "id": {"账号", "id"}, "roles": {"角色", "roles"}, "communities": {"小区", "communities"},
	"department": {"部门", "department"},
}

// Sentence says where a fault is and what is wrong, in a language.
func Sentence(language string, f Fault) string {
	i, where, field := 0, "第 %d 行", "%s（%s）"
	if language == "en" {
		i, where, field = 1, "Row %d", "%s (%s)"
	}
	text, ok := sentences[f.Code]
	if !ok {
		text = [2]string{f.Code, f.Code}
	}
	said := strings.NewReplacer("{limit}", strconv.Itoa(MaxRows), "{other}", strconv.Itoa(f.Other)).Replace(text[i])
	var place []string
	if f.Row > 0 {
		place = append(place, fmt.Sprintf(where, f.Row))
	}
	name, known := fieldNames[f.Field]
	switch {
	case known && f.Column != "":
		place = append(place, fmt.Sprintf(field, f.Column, name[i]))
	case known:
		place = append(place, name[i])
	case f.Column != "":
		place = append(place, f.Column)
	}
	if len(place) == 0 {
		return said
	}
	return strings.Join(place, [2]string{"，", ", "}[i]) + [2]string{"：", ": "}[i] + said
}
