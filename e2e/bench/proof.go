package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"bihuan/e2e/system"
)

// proof is what cases cost to run, and then to verify.
type proof struct {
	cases, times      int
	ran, verified     time.Duration // the whole, of all cases; verified of all times
	runCPU, verifyCPU float64       // seconds
}

// verifications is how often the cases are verified, because it is over so soon.
const verifications = 10

// verifying runs whole lifecycles, then has bihuan-audit verify each of them several times. N2
func (b *bench) verifying(ctx context.Context, r *results) error {
	var mu sync.Mutex
	var numbers []string
	before, began := total(b.cpu()), time.Now()
	_, err := hammer(ctx, b.loops, b.callers/2, func(ctx context.Context, i int) error {
		number, err := b.play(ctx, b.name("proof", 0, i), system.Loop(0)...)
		mu.Lock()
		defer mu.Unlock()
		numbers = append(numbers, number)
		return err
	})
	if err != nil {
		return err
	}
	if err := b.recorded(ctx); err != nil {
		return err
	}
	p := proof{cases: len(numbers), times: verifications, ran: time.Since(began)}
	after := total(b.cpu())
	p.runCPU = after - before
	spent, err := b.verify(ctx, slices.Repeat(numbers, verifications), &p)
	p.verifyCPU = total(b.cpu()) - after + spent
	r.proof = p
	return err
}

// verify runs bihuan-audit and gives the processor seconds that it took itself.
func (b *bench) verify(ctx context.Context, numbers []string, p *proof) (float64, error) {
	cmd := exec.CommandContext(ctx, filepath.Join(b.programs, "bihuan-audit"), append([]string{"verify"}, numbers...)...)
	cmd.Env = append(os.Environ(), "DATABASE_URL="+b.ApplicationURL, "TEMPORAL_ADDRESS="+b.TemporalAddress, "BIHUAN_KEYS="+system.Keys)
	began := time.Now()
	said, err := cmd.CombinedOutput()
	p.verified = time.Since(began)
	if err != nil {
		return 0, fmt.Errorf("%w\n%s", err, said)
	}
	return (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(), nil
}

// total adds up what our side used, without who called.
func total(seconds map[string]float64) (sum float64) {
	for _, process := range []string{"postgres", "temporal", "worker", "server"} {
		sum += seconds[process]
	}
	return sum
}

// String tells what a case cost to run and to verify.
func (p proof) String() string {
	each := func(seconds float64, n int) float64 { return seconds * 1000 / float64(n) }
	ran, verified := each(p.ran.Seconds(), p.cases), each(p.verified.Seconds(), p.cases*p.times)
	runCPU, verifyCPU := each(p.runCPU, p.cases), each(p.verifyCPU, p.cases*p.times)
	return fmt.Sprintf(`
| proving that a whole lifecycle was not altered (N2) | verified | ran | verified / ran |
|---|---:|---:|---:|
| wall time a case, bihuan-audit beside all callers at once | %.1fms | %.1fms | %.3f |
| processor time a case, of every program but the callers | %.1fms | %.1fms | %.3f |
`, verified, ran, verified/ran, verifyCPU, runCPU, verifyCPU/runCPU)
}
