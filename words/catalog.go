package words

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"strings"
	"text/template"
	"time"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"bihuan/procedure/number"
	"bihuan/procedure/policy"
	"bihuan/procedure/registry"
	"bihuan/procedure/violation"
)

// A language is a folder: a file for what all procedures share and the complaint, one for each other procedure,
// such as en/inquiry.yaml, and one for each page, such as en/pages/login.yaml.
//
//go:embed zh-CN en
var files embed.FS

// catalog is one language's words.
type catalog struct {
	language Language
	sentence *template.Template
	// functions are what templates may call: every kind of label by its name, and a few more.
	functions template.FuncMap
	lasting   map[string]bool // by event
	// pages are the words of every page by key, such as "login.title": the name of the page's file and the key in it.
	pages map[string]string
	// ofKind holds the catalog for the cases of each procedure that has words of its own in place of the shared.
	ofKind map[string]*catalog

	// Time is the layout of an instant, as package time writes it.
	Time string `yaml:"time"`
	// Stop ends a sentence, Comma separates what is listed, and Colon a name from what it names.
	Stop  string `yaml:"stop"`
	Comma string `yaml:"comma"`
	Colon string `yaml:"colon"`
	// Who names the person who made an event happen.
	Who string `yaml:"who"`
	// Labels are plain words by kind and code; everything else is a template.
	Labels   map[string]map[string]string `yaml:"labels"`
	Refusals map[string]string            `yaml:"refusals"`
	Events   map[string]string            `yaml:"events"`
	Notices  map[string]policy.Wording    `yaml:"notices"`
	// Faults says what is wrong with a setting.
	Faults map[string]string `yaml:"faults"`
	// Findings says what stands out in an analysis.
	Findings map[string]string `yaml:"findings"`
	// History tells of the workflow's own steps.
	History map[string]string `yaml:"history"`
	// Parts are used by several of the templates.
	Parts map[string]string `yaml:"parts"`
	// Instead are labels that take the place of the shared ones in a case of the file's procedure, by kind and code.
	Instead map[string]map[string]string `yaml:"instead"`
}

var catalogs = map[Language]*catalog{Chinese: mustRead(Chinese), English: mustRead(English)}

// in gives a language's catalog; the first language's for one that there is none for.
func in(lang Language) *catalog {
	if c, ok := catalogs[lang]; ok {
		return c
	}
	return catalogs[Chinese]
}

// mustRead reads an embedded catalog, which is part of the program and tested with it.
func mustRead(lang Language) *catalog {
	c, err := read(lang)
	if err != nil {
		panic(fmt.Errorf("words/%s: %w", lang, err))
	}
	return c
}

func read(lang Language) (*catalog, error) {
	c := &catalog{language: lang, ofKind: map[string]*catalog{}, pages: map[string]string{}}
	if err := errors.Join(each(lang, c.add), each(lang+"/pages", c.addPage)); err != nil {
		return nil, err
	}
	if err := c.parse(); err != nil {
		return nil, err
	}
	return c, c.specialize()
}

// each reads the files of a folder, by their names without the ending.
func each(folder string, read func(name string, raw []byte) error) error {
	names, err := fs.Glob(files, folder+"/*.yaml")
	if err != nil {
		return err
	}
	for _, name := range names {
		raw, err := files.ReadFile(name)
		if err == nil {
			err = read(strings.TrimSuffix(path.Base(name), ".yaml"), raw)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// specialize makes the catalogs of the procedures that have labels of their own: the same templates, which call
// other labels.
func (c *catalog) specialize() error {
	for _, own := range c.ofKind {
		labels := maps.Clone(c.Labels)
		for kind, instead := range own.Instead {
			labels[kind] = maps.Clone(labels[kind])
			maps.Copy(labels[kind], instead)
		}
		*own = *c
		own.Labels, own.functions = labels, own.calls()
		sentence, err := c.sentence.Clone()
		if err != nil {
			return err
		}
		own.sentence = sentence.Funcs(own.functions)
	}
	return nil
}

// about gives the catalog for the cases of a procedure.
func (c *catalog) about(kind string) *catalog {
	if own, ok := c.ofKind[kind]; ok {
		return own
	}
	return c
}

// addPage reads the words of a page, a paper, or a program that people talk to.
func (c *catalog) addPage(page string, raw []byte) error {
	var said map[string]string
	if err := yaml.Unmarshal(raw, &said); err != nil {
		return err
	}
	for key, text := range said {
		c.pages[page+"."+key] = text
	}
	return nil
}

// add reads the words of a procedure, or of all; what stands in two files is an error.
func (c *catalog) add(procedure string, raw []byte) error {
	var part catalog
	d := yaml.NewDecoder(bytes.NewReader(raw))
	d.KnownFields(true)
	if err := d.Decode(&part); err != nil {
		return err
	}
	if part.Instead != nil {
		c.ofKind[procedure] = &catalog{Instead: part.Instead}
	}
	c.Time, c.Stop = cmp.Or(c.Time, part.Time), cmp.Or(c.Stop, part.Stop)
	c.Comma, c.Colon, c.Who = cmp.Or(c.Comma, part.Comma), cmp.Or(c.Colon, part.Colon), cmp.Or(c.Who, part.Who)
	if c.Labels == nil {
		c.Labels = map[string]map[string]string{}
	}
	errs := []error{
		merge(&c.Refusals, part.Refusals), merge(&c.Events, part.Events), merge(&c.Notices, part.Notices),
		merge(&c.Faults, part.Faults), merge(&c.History, part.History), merge(&c.Parts, part.Parts),
		merge(&c.Findings, part.Findings),
	}
	for kind, labels := range part.Labels {
		all := c.Labels[kind]
		errs = append(errs, merge(&all, labels))
		c.Labels[kind] = all
	}
	return errors.Join(errs...)
}

func merge[V any](into *map[string]V, more map[string]V) error {
	if *into == nil {
		*into = map[string]V{}
	}
	for key, value := range more {
		if _, twice := (*into)[key]; twice {
			return fmt.Errorf("%s is there twice", key)
		}
		(*into)[key] = value
	}
	return nil
}

// parse reads every template once. A missing argument is empty: sentences are read by people, who are
// better served by a gap than by no sentence.
func (c *catalog) parse() error {
	c.functions = c.calls()
	c.sentence = template.New(c.language).Funcs(c.functions).Option("missingkey=zero")
	for name, text := range c.templates() {
		if _, err := c.sentence.New(name).Parse(strings.TrimSpace(text)); err != nil {
			return err
		}
	}
	c.lasting = map[string]bool{}
	for event, text := range c.Events {
		c.lasting[event] = !settingsNamed.MatchString(text)
	}
	return nil
}

// settingsNamed finds in a sentence what settings give a name.
var settingsNamed = regexp.MustCompile(`Department|Category|Community|Pool|Answers|Fields|Watched|Compared|template`)

// templates lists every template by the name that it is rendered by.
func (c *catalog) templates() map[string]string {
	all := map[string]string{"who": c.Who}
	for name, text := range c.Parts {
		all[name] = text
	}
	for code, text := range c.Refusals {
		all["refusals."+code] = text
	}
	for code, text := range c.Faults {
		all["faults."+code] = text
	}
	for event, text := range c.Events {
		all["events."+event] = text
	}
	for kind, text := range c.Findings {
		all["findings."+kind] = text
	}
	for kind, text := range c.History {
		all["history."+kind] = text
	}
	for key, text := range c.pages {
		if strings.Contains(text, "{{") {
			all["pages."+key] = text
		}
	}
	for name, n := range c.Notices {
		all["notices."+name+".subject"], all["notices."+name+".body"] = n.Subject, n.Body
	}
	return all
}

func (c *catalog) calls() template.FuncMap {
	f := template.FuncMap{"stop": c.stop, "lower": lower, "fields": c.fields, "list": c.list, "stepOf": stepOf, "subjectOf": subjectOf, "matter": c.matter, "because": c.because, "yuan": yuan}
	for kind := range c.Labels {
		f[kind] = func(code any) string { return c.label(kind, fmt.Sprint(code)) }
	}
	return f
}

// yuan writes an amount in fen as people do.
func yuan(fen int64) string { return fmt.Sprintf("%d.%02d", fen/100, fen%100) }

// matter says by its number what a case is: a complaint, an inquiry.
func (c *catalog) matter(number string) string {
	p, _ := registry.OfNumber(number)
	return c.label("matters", p.Name)
}

// because gives a reason: somebody's words, or the number of the case whose end was one.
func (c *catalog) because(reason string) string {
	if n, ok := number.Parse(reason); ok && n == reason {
		return c.render("ended-with", n)
	}
	return c.stop(reason)
}

func (c *catalog) label(kind, code string) string {
	if s, ok := c.Labels[kind][code]; ok {
		return s
	}
	return code
}

// render gives a template's text; what went right of it when something went wrong.
func (c *catalog) render(name string, data any) string {
	var b strings.Builder
	if t := c.sentence.Lookup(name); t != nil {
		_ = t.Execute(&b, data) // the tests execute every template
	}
	return strings.TrimSpace(b.String())
}

// worded puts those arguments into words that need names or a zone; codes are left to the templates,
// which may have to tell them apart.
func (c *catalog) worded(args map[string]string, n Names) map[string]string {
	worded := make(map[string]string, len(args))
	for k, v := range args {
		switch k {
		case "due", "until", "deadline", "at", "from", "to":
			if t, err := time.Parse(time.RFC3339, v); err == nil {
				v = c.time(t, n)
			}
		case "department":
			v = name(n, Names.Department, v)
		case "category":
			v = name(n, Names.Category, v)
		case "community":
			v = name(n, Names.Community, v)
		case "faults":
			v = c.faulty(v)
		}
		worded[strings.TrimSuffix(k, c.suffix())] = v
	}
	return worded
}

// faulty says where each fault is and what is wrong there. What was refused before faults had sentences stays
// as it is.
func (c *catalog) faulty(text string) string {
	faults := violation.Read(text)
	if len(faults) == 0 {
		return text
	}
	lines := make([]string, len(faults))
	for i, f := range faults {
		lines[i] = f.Path + ": " + Fault(c.language, f)
	}
	return strings.Join(lines, " ")
}

// suffix marks an argument that comes in each language, such as "recourse_zh".
func (c *catalog) suffix() string { return "_" + c.language[:2] }

func (c *catalog) time(t time.Time, n Names) string { return t.In(Zone(n)).Format(c.Time) }

// stop ends what somebody wrote with a full stop, unless they did.
func (c *catalog) stop(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || strings.ContainsAny(text[len(text)-1:], ".!?") {
		return text
	}
	for _, end := range []string{"。", "！", "？", "…"} {
		if strings.HasSuffix(text, end) {
			return text
		}
	}
	return text + c.Stop
}

// lower makes a label part of a sentence.
func lower(label string) string {
	first, size := utf8.DecodeRuneInString(label)
	word, _, _ := strings.Cut(label[size:], " ")
	if size == 0 || strings.ContainsFunc(word, unicode.IsUpper) { // WeChat stays itself
		return label
	}
	return string(unicode.ToLower(first)) + label[size:]
}

// upper makes it the beginning of one.
func upper(label string) string {
	first, size := utf8.DecodeRuneInString(label)
	if size == 0 {
		return label
	}
	return string(unicode.ToUpper(first)) + label[size:]
}

// stepOf and subjectOf take the key of a deadline apart, e.g. "accept:T1".
func stepOf(key string) string {
	step, _, _ := strings.Cut(key, ":")
	return step
}

func subjectOf(key string) string {
	_, subject, _ := strings.Cut(key, ":")
	return subject
}

var index = regexp.MustCompile(`\[\d+\]`)

// fields puts names of fields into words; names of items in a list lose their number.
func (c *catalog) fields(names any) string {
	var all []string
	switch names := names.(type) {
	case string:
		all = strings.Split(names, ",")
	case []string:
		all = names
	}
	worded := make([]string, len(all))
	for i, f := range all {
		f = index.ReplaceAllString(strings.TrimSpace(f), "")
		worded[i] = c.label("field", f)
	}
	return c.list(worded)
}

func (c *catalog) list(items []string) string { return strings.Join(items, c.Comma) }
