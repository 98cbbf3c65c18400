package words

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// oneWord gives for each concept its word, as the glossary in docs/requirements.md has it, by the words that mean the
// same and are not used: one concept has one word.
var oneWord = map[string]string{
	"服务申请": "服务请求", "集体事项": "集体问题", "员工建议": "员工意见",
	"派工": "派单", "分派": "派单", "指派": "派单", "复核": "评审", "复议": "申诉", "合并": "并案", "未接通": "未联系上", "重新处理": "重新打开",
	"上报": "升级", "上转": "升级", "办结": "关闭", "结案": "关闭", "期限": "时限", "限期": "时限", "处置": "处理", "紧急情况": "特急情况",
	"坐席": "客服", "总经理": "总物业经理", "供应商": "外包单位", "承办人": "处理人", "当事人": "客户或投诉人", "岗位": "角色",
	"公示": "公告", "会议记录": "座谈会记录", "证据": "凭证", "帐号": "账号",
}

// mail is an address without its first word.
var mail = regexp.MustCompile(`(^|[^子])邮箱`)

// places are where people read Chinese beside what is said here: folders and files, by their endings.
var places = map[string][]string{
	"words": {".yaml"}, "settings": {".yaml"}, "docs": {".md"}, "README.md": {".md"}, "sim": {".go", ".yaml"}, "server": {".html", ".yaml"},
}

func TestOneConceptHasOneWord(t *testing.T) {
	files := 0
	for place, endings := range places {
		err := filepath.WalkDir(filepath.Join("..", place), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !slices.Contains(endings, filepath.Ext(path)) || strings.HasSuffix(path, "_test.go") {
				return err
			}
			files++
			raw, err := os.ReadFile(path)
			for i, line := range strings.Split(string(raw), "\n") {
				for wrong, right := range oneWord {
					if strings.Contains(line, wrong) {
						t.Errorf("%s:%d says %s for %s", path, i+1, wrong, right)
					}
				}
				if mail.MatchString(line) {
					t.Errorf("%s:%d says 邮箱 for 电子邮箱", path, i+1)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 50 {
		t.Fatalf("only %d files were read", files)
	}
}

// In English whoever complains is the complainant, whoever brings anything else the customer; and the rules are told
// by the words of the glossary.
func TestOneConceptHasOneWordInEnglish(t *testing.T) {
	old := regexp.MustCompile(`(?i)\b(rungs?|ladders?|errands?|clients?)\b`)
	who := map[string]*regexp.Regexp{
		"shared.yaml": regexp.MustCompile(`(?i)\bcustomer\b`), "inquiry.yaml": regexp.MustCompile(`(?i)complainant(:|\b)`),
		"service.yaml": regexp.MustCompile(`(?i)complainant\b`), "survey.yaml": regexp.MustCompile(`(?i)complainant\b`),
	}
	// the names of a role and of a paper, and the code of a role
	named := strings.NewReplacer("Customer assistant", "", "customer service", "", "    complainant: Customer", "", `"complainant"`, "", "complainant: Household", "")
	err := fs.WalkDir(files, "en", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := files.ReadFile(path)
		for i, line := range strings.Split(string(raw), "\n") {
			if found := old.FindString(line); found != "" {
				t.Errorf("%s:%d says %s", path, i+1, found)
			}
			_, said, _ := strings.Cut(named.Replace(line), ":")
			if wrong := who[filepath.Base(path)]; wrong != nil && wrong.MatchString(said) {
				t.Errorf("%s:%d is about another person: %s", path, i+1, line)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
