package stack

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is whom Postgres runs as: it refuses root, so root hands it to the owner of its data or,
// where there is none yet, to an unprivileged user. Nil means ourselves.
func account(data string) (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	if owner := ownerOf(data); owner != nil && owner.Uid != 0 {
		return owner, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.Atoi(found.Uid)
		gid, _ := strconv.Atoi(found.Gid)
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("root may not run Postgres, and there is no user postgres or nobody to run it as")
}

func ownerOf(path string) *syscall.Credential {
	info, err := os.Stat(path)
	if err != nil {
		return nil
	}
	owner := info.Sys().(*syscall.Stat_t)
	return &syscall.Credential{Uid: owner.Uid, Gid: owner.Gid}
}

// reachable returns the directory itself if the account can get to it. Where it cannot, below /root, say, the
// directory becomes a link to one outside that it can.
func reachable(dir string, who *syscall.Credential) (string, error) {
	if who == nil || passable(dir, who) {
		return dir, nil
	}
	if target, err := os.Readlink(dir); err == nil {
		return target, nil
	}
	const outside = "/var/lib/bihuan-dev"
	if err := makeOpen(outside); err != nil {
		return "", err
	}
	target, err := os.MkdirTemp(outside, filepath.Base(dir)+"-")
	return target, cmp.Or(err, os.Chmod(target, 0o755), os.Symlink(target, dir))
}

func passable(dir string, who *syscall.Credential) bool {
	for parent := filepath.Dir(dir); ; parent = filepath.Dir(parent) {
		if info, err := os.Stat(parent); err == nil && !mayPass(info, who) {
			return false
		}
		if parent == filepath.Dir(parent) {
			return true
		}
	}
}

func mayPass(dir fs.FileInfo, who *syscall.Credential) bool {
	owner := dir.Sys().(*syscall.Stat_t)
	switch {
	case owner.Uid == who.Uid:
		return dir.Mode()&0o100 != 0
	case owner.Gid == who.Gid:
		return dir.Mode()&0o010 != 0
	default:
		return dir.Mode()&0o001 != 0
	}
}
