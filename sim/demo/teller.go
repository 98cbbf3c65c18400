package demo

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"
)

// Languages of a story.
const (
	Both    = "both"
	Chinese = "zh-CN"
	English = "en"
)

// teller prints the story: Chinese, with English under it, or one of them.
type teller struct {
	out      io.Writer
	language string
	colour   bool
	chapters int
}

func newTeller(out io.Writer, language string) *teller {
	return &teller{out: out, language: language, colour: isTerminal(out) && os.Getenv("NO_COLOR") == ""}
}

func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// Styles of ANSI terminals.
const (
	bold = "1"
	dim  = "2"
	red  = "31"
)

func (t *teller) style(style, s string) string {
	if !t.colour || style == "" {
		return s
	}
	return "\x1b[" + style + "m" + s + "\x1b[0m"
}

// chapter opens a part of the story.
func (t *teller) chapter(title text) {
	t.chapters++
	head := title.zh
	switch t.language {
	case English:
		head = title.en
	case Both:
		head += " · " + title.en
	}
	head = fmt.Sprintf("%d  %s ", t.chapters, head)
	fmt.Fprintf(t.out, "\n%s\n", t.style(bold, head+strings.Repeat("─", max(0, 72-width(head)))))
}

// width counts columns: a Chinese character takes two.
func width(s string) int {
	n := utf8.RuneCountInString(s)
	for _, r := range s {
		if r >= 0x2e80 {
			n++
		}
	}
	return n
}

// say prints a line with its mark; the English stands under the Chinese.
func (t *teller) say(mark, style string, line text) {
	indent := strings.Repeat(" ", width(mark))
	switch t.language {
	case Chinese:
		t.lines(mark, indent, style, line.zh)
	case English:
		t.lines(mark, indent, style, line.en)
	default:
		t.lines(mark, indent, style, line.zh)
		if line.en != line.zh {
			t.lines(indent, indent, dim, line.en)
		}
	}
}

func (t *teller) lines(mark, indent, style, s string) {
	for i, line := range strings.Split(strings.TrimSpace(s), "\n") {
		if i > 0 {
			mark = indent
		}
		fmt.Fprintln(t.out, strings.TrimRight(mark+t.style(style, line), " "))
	}
}

// place prints an address.
func (t *teller) place(url string) { fmt.Fprintln(t.out, "      "+url) }
