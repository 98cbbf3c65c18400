package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bihuan/procedure/complaint"
)

// The pages are what the table and the default settings say now. P2
func TestPagesAreNotStale(t *testing.T) {
	root, err := root()
	if err != nil {
		t.Fatal(err)
	}
	pages, err := generate(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pages {
		is, err := os.ReadFile(filepath.Join(root, p.name))
		if err != nil {
			t.Fatal(err)
		}
		if string(is) != p.text {
			t.Errorf("%s is stale: go generate ./docs/...", p.name)
		}
	}
	if readme := pages[len(pages)-1]; readme.name != "README.md" || !strings.Contains(readme.text, compact()) {
		t.Error("README.md has no picture of the lifecycle")
	}
}

func TestEveryLineOfTheTableIsListed(t *testing.T) { // P2
	rows := strings.Split(commands(), "\n")
	for _, line := range complaint.Table {
		for _, from := range line.From {
			stage := label("stage", string(from))
			if everywhere(line) && (complaint.State{Stage: from}).Open() {
				stage = "任一未关闭阶段"
			}
			if !slices.ContainsFunc(rows, func(r string) bool {
				return strings.Contains(strings.SplitN(r+"||", "|", 3)[1], stage) && strings.Contains(r, "`"+line.Command+"`")
			}) {
				t.Errorf("no row for %s in %q", line.Command, from)
			}
		}
	}
}

// Every stage can be reached and left again in both pictures, and the ends are the ends.
func TestPicturesAreComplete(t *testing.T) { // P2
	for _, picture := range []string{diagram(), compact()} {
		for _, s := range complaint.Stages[1:] {
			if !strings.Contains(picture, "--> "+string(s)) || !strings.Contains(picture, "    "+string(s)+" -->") {
				t.Errorf("%s has no way in or no way out in\n%s", s, picture)
			}
		}
	}
	for _, line := range complaint.Table {
		if len(line.To) > 0 && !strings.Contains(diagram(), label("command", line.Command)) {
			t.Errorf("%s is not in the diagram", line.Command)
		}
	}
}

func TestReadmeWithoutMarkersStaysAsItIs(t *testing.T) {
	for _, page := range []string{"", "# Bihuan\n", begin, end + begin} {
		if got := between(page, "x"); got != page {
			t.Errorf("%q became %q", page, got)
		}
	}
	if got, want := between("a "+begin+" old "+end+" b", "new\n"), "a "+begin+"\nnew\n"+end+" b"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
