package people

import "strings"

const hidden = "**"

// MaskName leaves the first character, e.g. 李**.
func MaskName(name string) string {
	for _, first := range strings.TrimSpace(name) {
		return string(first) + hidden
	}
	return ""
}

// MaskPhone leaves of a number as long as a mobile's its first three and last four digits, e.g.
// 138****0000, and of a shorter one the last two.
func MaskPhone(phone string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, phone)
	const mobile = 11
	switch n := len(digits); {
	case phone == "":
		return ""
	case n >= mobile:
		return digits[n-mobile:][:3] + "****" + digits[n-4:]
	case n > 4:
		return "****" + digits[n-2:]
	}
	return "****"
}

// MaskEmail leaves the first character and the domain, e.g. l**@example.com.
func MaskEmail(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 1 {
		return MaskRoom(address)
	}
	return MaskName(address[:at]) + address[at:]
}

// MaskRoom leaves nothing but that there is one.
func MaskRoom(room string) string {
	if room == "" {
		return ""
	}
	return hidden
}
