package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bihuan/procedure/complaint"
	"bihuan/procedure/machine"
	"bihuan/procedure/registry"
	"bihuan/settings"
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
	loop := flow{complaint.Definition.Erase()}.compact()
	if readme := pages[len(pages)-1]; readme.name != "README.md" || !strings.Contains(readme.text, loop) {
		t.Error("README.md has no picture of the lifecycle")
	}
}

// P2: the page tells of every procedure, of each with its limits from its own settings.
func TestEveryProcedureHasAChapter_P2(t *testing.T) {
	s, err := settings.Load("")
	if err != nil {
		t.Fatal(err)
	}
	text, err := lifecycle(s)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := s.For(s.Communities[0].ID)
	for _, entry := range registry.Kinds() {
		if !strings.Contains(text, "\n## "+label("kind", entry.Name)+"\n") {
			t.Errorf("no chapter of %s", entry.Name)
		}
		for _, row := range (flow{entry}).deadlines(p)[1:] {
			if row[1] == "" || !strings.Contains(text, "| "+row[0]+" | "+row[1]+" ") {
				t.Errorf("%s: no time for %s", entry.Name, row[0])
			}
		}
	}
	if !strings.Contains(text, "| 答复咨询 Answer the inquiry | 24h ") {
		t.Error("an inquiry has not the time that its settings give")
	}
}

// P2: every line of every table is a row for each stage that it is for.
func TestEveryLineOfTheTablesIsListed_P2(t *testing.T) {
	for _, entry := range registry.Kinds() {
		f := flow{entry}
		rows := f.commands()
		for _, line := range f.Table {
			for _, from := range line.From {
				stage := label("stage", string(from))
				if f.everywhere(line.From) && open(from) {
					stage = anyStage
				}
				if !slices.ContainsFunc(rows, func(r []string) bool {
					return slices.Contains(strings.Split(r[0], "<br>"), stage) && strings.Contains(r[1], "`"+line.Command+"`")
				}) {
					t.Errorf("%s: no row for %s in %q", f.Name, line.Command, from)
				}
			}
		}
	}
}

// P2: every stage can be reached and left again in all pictures, and the ends are the ends.
func TestPicturesAreComplete_P2(t *testing.T) {
	pictures := map[string]string{"README": flow{complaint.Definition.Erase()}.compact()}
	stages := map[string][]machine.Stage{"README": complaint.Stages[1:]}
	for _, entry := range registry.Kinds() {
		pictures[entry.Name], stages[entry.Name] = flow{entry}.diagram(), entry.Stages[1:]
		for _, line := range entry.Table {
			if len(line.To) > 0 && !strings.Contains(pictures[entry.Name], label("command", line.Command)) {
				t.Errorf("%s is not in the diagram of %s", line.Command, entry.Name)
			}
		}
	}
	for name, picture := range pictures {
		for _, s := range stages[name] {
			if !strings.Contains(picture, "--> "+string(s)) || !strings.Contains(picture, "    "+string(s)+" -->") {
				t.Errorf("%s: %s has no way in or no way out in\n%s", name, s, picture)
			}
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
