package gate

import "testing"

// N3: whoever has a network of version 6 to themselves is one all the same.
func TestANetworkIsOne_N3(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:db8:1:2::1": "2001:db8:1:2::/64",
		"2001:db8:1:3::1": "2001:db8:1:3::/64", "::ffff:192.0.2.7": "::ffff:192.0.2.7", "": "", "unix": "unix",
	} {
		if got := network(address); got != want {
			t.Errorf("%q counts as %q, want %q", address, got, want)
		}
	}
}
