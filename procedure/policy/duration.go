package policy

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// longest is a bound that no setting reaches and no arithmetic overflows.
const longest = 100 * 365

// MarshalText writes the text form.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// String gives the text form: whole days from a week on, e.g. "7d", else whole hours or minutes, e.g. "48h", "90m".
func (d Duration) String() string {
	t := time.Duration(d)
	if t >= 7*day && t%day == 0 {
		return strconv.FormatInt(int64(t/day), 10) + "d"
	}
	if t%time.Hour == 0 {
		return strconv.FormatInt(int64(t/time.Hour), 10) + "h"
	}
	if t%time.Minute == 0 {
		return strconv.FormatInt(int64(t/time.Minute), 10) + "m"
	}
	return t.String()
}

// UnmarshalText reads "3d", "48h", "1h30m".
func (d *Duration) UnmarshalText(b []byte) error {
	text := string(b)
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.Atoi(days)
		if err != nil || n < -longest || n > longest {
			return fmt.Errorf("duration %q: want e.g. 30m, 48h or 3d", text)
		}
		*d = Duration(time.Duration(n) * day)
		return nil
	}
	t, err := time.ParseDuration(text)
	if err != nil {
		return fmt.Errorf("duration %q: want e.g. 30m, 48h or 3d", text)
	}
	*d = Duration(t)
	return nil
}
