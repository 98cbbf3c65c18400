// Package number makes and reads case numbers such as TS-20261121-7K3FA: the kind of case, the date
// on which it was taken in, four random characters and a check character, in Crockford's base 32.
// Making one needs no database; randomness is handed in. A10
package number

import (
	"encoding/binary"
	"strings"
	"time"
)

// The kinds of numbers, by their first two letters.
const (
	Complaint   = "TS" // 投诉
	Inquiry     = "ZX" // 咨询
	Service     = "FW" // 服务
	Collective  = "JT" // 集体
	Survey      = "DC" // 调查
	Improvement = "GJ" // 改进
)

// Attempts is how many numbers one hash gives before it is used up.
const Attempts = 10

// alphabet is Crockford's: without I, L, O and U, which are misread.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const (
	bits = 20 // of the random part: four characters, a million cases a day
	size = len("TS-20261121-7K3FA")
)

// New makes the number of a case taken in on a date, from the lowest 20 bits of random.
func New(kind string, date time.Time, random uint32) string {
	b := make([]byte, 0, size)
	b = append(b, kind...)
	b = append(b, '-')
	b = date.AppendFormat(b, "20060102")
	b = append(b, '-')
	for shift := bits - 5; shift >= 0; shift -= 5 {
		b = append(b, alphabet[random>>shift&31])
	}
	return string(append(b, alphabet[double(checksum(string(b[len(kind):])))]))
}

// Derive takes the random part from a hash, another one for each attempt below Attempts, so that the
// same idempotency key leads to the same number.
func Derive(hash [32]byte, attempt int) uint32 {
	return binary.BigEndian.Uint32(append([]byte{0}, hash[attempt*3:attempt*3+3]...))
}

// Parse reads a number as people write it: in any case, with I and L for 1 and O for 0. It is false
// for what is no number, a mistyped character and two swapped ones included.
func Parse(s string) (string, bool) {
	if len(s) != size || s[2] != '-' || s[11] != '-' {
		return "", false
	}
	s = strings.ToUpper(s)
	kind, rest := s[:2], misread.Replace(s[2:])
	if strings.Trim(kind, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" { // whose they are, the registry knows
		return "", false
	}
	if _, err := time.Parse("20060102", rest[1:9]); err != nil {
		return "", false
	}
	return kind + rest, valid(rest)
}

var misread = strings.NewReplacer("I", "1", "L", "1", "O", "0")

// valid says whether every character belongs to the alphabet and the check character fits.
func valid(rest string) bool {
	for _, c := range strings.ReplaceAll(rest, "-", "") {
		if !strings.ContainsRune(alphabet, c) {
			return false
		}
	}
	return checksum(rest) == 0
}

// checksum reads the characters as a polynomial over GF(32) and evaluates it at a primitive element.
// A number with its check character gives 0. Neighbouring weights differ and none is 0, so one wrong
// character or two swapped neighbours never do.
func checksum(s string) byte {
	var sum byte
	for i := range len(s) {
		if v := strings.IndexByte(alphabet, s[i]); v >= 0 {
			sum = double(sum) ^ byte(v)
		}
	}
	return sum
}

// double multiplies by the primitive element x of GF(2)[x]/(x^5+x^2+1).
func double(v byte) byte {
	v <<= 1
	if v > 31 {
		v ^= 0b100101
	}
	return v
}
