package stack

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"syscall"
)

// PortTakenError says that somebody else listens where we want to.
type PortTakenError struct {
	Setting string // the environment variable that chooses another
	Address string
	PID     int // who holds it, 0 if unknown
	Holder  string
}

func (e *PortTakenError) Error() string {
	holder := ""
	if e.PID != 0 {
		holder = fmt.Sprintf(" by pid %d", e.PID)
	}
	if e.Holder != "" {
		holder += fmt.Sprintf(" (%.80s)", e.Holder)
	}
	return fmt.Sprintf("%s is taken%s; stop that, or choose another with %s", e.Address, holder, e.Setting)
}

// CheckAddress tells whether a host:port that the named setting holds can be listened on.
func CheckAddress(setting, address string) error {
	listener, err := net.Listen("tcp", address)
	if err == nil {
		return listener.Close()
	}
	if !errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s: %w", setting, err)
	}
	taken := &PortTakenError{Setting: setting, Address: address}
	if _, text, err := net.SplitHostPort(address); err == nil {
		number, _ := strconv.Atoi(text)
		taken.PID = portHolder(number)
		taken.Holder = commandLine(taken.PID)
	}
	return taken
}

type port struct {
	setting string
	number  *int
	unused  bool
}

func local(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// settle finds free ports for the zeros and checks the others and the addresses, naming all that are taken at once.
func settle(ports []*port, addresses map[string]string) error {
	var taken []error
	for _, setting := range slices.Sorted(maps.Keys(addresses)) {
		taken = append(taken, CheckAddress(setting, addresses[setting]))
	}
	chosen := map[int]bool{0: true}
	for _, p := range ports {
		if !p.unused && *p.number != 0 {
			taken = append(taken, CheckAddress(p.setting, local(*p.number)))
		}
		for chosen[*p.number] {
			*p.number = FreePort()
		}
		chosen[*p.number] = true
	}
	return errors.Join(taken...)
}

// FreePort finds a port of 127.0.0.1 that nobody listens on, below those which systems hand to
// outgoing connections, so that it stays free while its owner is down for a moment.
func FreePort() int {
	for {
		number := 20000 + rand.IntN(12000)
		if CheckAddress("", local(number)) == nil {
			return number
		}
	}
}
