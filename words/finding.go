package words

import (
	"cmp"
	"strconv"

	"bihuan/procedure/analysis"
	"bihuan/procedure/improvement"
)

// Finding says in one plain sentence what a finding of an analysis is. M2
func Finding(lang Language, f analysis.Finding, names Names) string {
	c := in(lang)
	v := finding{catalog: c, names: names, Watch: f.Watch, Comparison: f.Comparison}
	if f.Repeat {
		return c.render("findings.repeat", v)
	}
	v.Word = c.render("findings."+sureness(f.StandsOut, f.Worse), nil)
	return c.render("findings."+string(f.Watch.Metric), v)
}

// sureness names the words for a change: more than noise, or not.
func sureness(sure, worse bool) string {
	switch {
	case !sure:
		return "noise"
	case worse:
		return "worse"
	}
	return "better"
}

// Watched says what a figure is about, as a part of a sentence.
func Watched(lang Language, w analysis.Watch, names Names) string { return in(lang).watched(w, names) }

func (c *catalog) watched(w analysis.Watch, names Names) string {
	named := struct {
		Metric                                        analysis.Metric
		Category, Building, Room, Department, Channel string
	}{Metric: w.Metric, Building: w.Building, Room: w.Room}
	if w.Category != "" {
		named.Category = name(names, Names.Category, w.Category)
	}
	if w.Department != "" {
		named.Department = name(names, Names.Department, w.Department)
	}
	if w.Channel != "" {
		named.Channel = c.label("channel", w.Channel)
	}
	return c.render("watched", named)
}

// finding is what the sentence of a finding may use.
type finding struct {
	catalog *catalog
	names   Names
	Watch   analysis.Watch
	analysis.Comparison
	// Word says whether the change is more than noise.
	Word string
}

// What names the figure at the beginning of a sentence.
func (f finding) What() string { return upper(f.catalog.watched(f.Watch, f.names)) }

// Household names a home.
func (f finding) Household() string {
	return f.Watch.Building + " " + f.Watch.Room
}

// Times is how many times as many there were; nothing where there were none before, or no more.
func (f finding) Times() string {
	if f.Change == nil || f.Before.N == 0 || !f.Worse {
		return ""
	}
	return strconv.FormatFloat(*f.Change, 'f', 1, 64)
}

// NowShare, BeforeShare, NowTime and BeforeTime are the figures as people read them.
func (f finding) NowShare() string    { return share(f.Now) }
func (f finding) BeforeShare() string { return share(f.Before) }
func (f finding) NowTime() string     { return f.took(f.Now) }
func (f finding) BeforeTime() string  { return f.took(f.Before) }

func share(s analysis.Sample) string {
	if s.Of == 0 {
		return ""
	}
	return strconv.FormatFloat(100*float64(s.N)/float64(s.Of), 'f', 1, 64) + "%"
}

// took writes a typical time in minutes, or in hours from two on.
func (f finding) took(s analysis.Sample) string {
	if s.N == 0 {
		return ""
	}
	hours := s.Rate(f.Watch.Metric)
	if hours < 2 {
		return f.catalog.render("findings.minutes", strconv.FormatFloat(hours*60, 'f', 0, 64))
	}
	return f.catalog.render("findings.hours", strconv.FormatFloat(hours, 'f', 1, 64))
}

// Watched says what a measure watches.
func (v view) Watched(w any) string {
	switch w := w.(type) {
	case analysis.Watch:
		return v.catalog.watched(w, v.names)
	case *analysis.Watch:
		return v.catalog.watched(*w, v.names)
	}
	return ""
}

// Compared says how a figure that a measure watches has changed. M4
func (v view) Compared(w analysis.Watch, c analysis.Comparison) string {
	return v.catalog.render("findings."+string(w.Metric), finding{catalog: v.catalog, names: v.names, Watch: w, Comparison: c})
}

// Person names somebody, by their ID where nothing else is known.
func (v view) Person(id, name string) string { return cmp.Or(name, id) }

// People lists who attended.
func (v view) People(all []improvement.Owner) string {
	names := make([]string, len(all))
	for i, who := range all {
		names[i] = cmp.Or(who.Name, who.ID)
	}
	return v.catalog.list(names)
}
