package directory

import (
	"net/mail"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// The longest that is kept, in characters.
const (
	maxName  = 200
	maxEmail = 254
)

var (
	phoneNoise = strings.NewReplacer(" ", "", "\u00a0", "", "-", "", "–", "", "—", "", "(0)", "", "(", "", ")", "", ".", "", "/", "")
	phoneChars = regexp.MustCompile(`^\+?[0-9]+$`)
	mobile     = regexp.MustCompile(`^1[3-9][0-9]{9}$`)
	landline   = regexp.MustCompile(`^0[1-9][0-9]{8,10}$`)
	service    = regexp.MustCompile(`^[48]00[0-9]{7}$`)
	foreign    = regexp.MustCompile(`^[1-9][0-9]{7,14}$`)
	wechatID   = regexp.MustCompile(`^[A-Za-z0-9_-]{2,64}$`)
	staffID    = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)
)

// NormalPhone gives a number as +, country code and digits, however it is spelled; without a country
// code it is a mainland Chinese one. A local number without its area code is nobody's in particular.
func NormalPhone(written string) (string, bool) {
	s := phoneNoise.Replace(strings.TrimSpace(width.Fold.String(written)))
	if !phoneChars.MatchString(s) {
		return "", false
	}
	if abroad, ok := international(s); ok {
		return dialable(abroad)
	}
	switch {
	case mobile.MatchString(s), service.MatchString(s):
		return "+86" + s, true
	case landline.MatchString(s):
		return "+86" + s[1:], true
	case strings.HasPrefix(s, "86") && mobile.MatchString(s[2:]):
		return "+" + s, true
	}
	return "", false
}

func international(s string) (string, bool) {
	if rest, ok := strings.CutPrefix(s, "+"); ok {
		return rest, true
	}
	return strings.CutPrefix(s, "00")
}

// dialable checks a number with its country code; people write the area code's 0 behind +86 too.
func dialable(s string) (string, bool) {
	if home, ok := strings.CutPrefix(s, "86"); ok {
		home = strings.TrimPrefix(home, "0")
		if !mobile.MatchString(home) && !service.MatchString(home) && !landline.MatchString("0"+home) {
			return "", false
		}
		s = "86" + home
	}
	if !foreign.MatchString(s) {
		return "", false
	}
	return "+" + s, true
}

// NormalEmail gives an address in lower case.
func NormalEmail(written string) (string, bool) {
	s := strings.ToLower(strings.TrimSpace(width.Fold.String(written)))
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > maxEmail || !strings.Contains(s[strings.LastIndexByte(s, '@'):], ".") {
		return "", false
	}
	return s, true
}

// NormalText trims a name. One that a spreadsheet would run as a formula is none, so that nothing
// that is exported from here ever is.
func NormalText(written string) (string, bool) {
	s := strings.Join(strings.Fields(written), " ")
	if s == "" || !utf8.ValidString(s) || utf8.RuneCountInString(s) > maxName || Formula(s) {
		return "", false
	}
	return s, !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == utf8.RuneError })
}

// Formula says whether a spreadsheet may take a text for a formula. A phone number may begin with +,
// and a lone dash means nothing.
func Formula(s string) bool {
	if s == "" || strings.Trim(s, "-") == "" {
		return false
	}
	switch width.Fold.String(s)[0] {
	case '=', '@', '\t', '\r':
		return true
	case '+', '-':
		return !phoneChars.MatchString("+" + strings.TrimLeft(phoneNoise.Replace(s), "+"))
	}
	return false
}

var (
	placeNoise  = regexp.MustCompile(`(building|room|unit|no\.|\s|#)`)
	placeSuffix = regexp.MustCompile(`(号楼|栋|幢|座|楼|号|室|房)$`)
)

// PlaceKey makes one key of the ways to write a building or a room: 3栋, 3 号楼 and Building 3.
func PlaceKey(name string) string {
	s := placeNoise.ReplaceAllString(strings.ToLower(width.Fold.String(name)), "")
	if short := placeSuffix.ReplaceAllString(s, ""); short != "" {
		s = short
	}
	return s
}

// NormalContact normalises a contact of any kind.
func NormalContact(c Contact) (Contact, bool) {
	ok := false
	switch c.Kind {
	case Phone:
		c.Value, ok = NormalPhone(c.Value)
	case Email:
		c.Value, ok = NormalEmail(c.Value)
	case WeChat:
		c.Value = strings.TrimSpace(c.Value)
		ok = wechatID.MatchString(c.Value) && !Formula(c.Value)
	}
	return c, ok
}
