// Package database starts throw-away databases for tests.
//
// A server listens on a socket in a folder of its own, runs as a user without privileges, and is
// stopped when the test ends. Where its programs are not installed, the test fails if CI is set in
// the environment, and is skipped with a loud message elsewhere; install.sh installs them.
package database

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	_ "github.com/go-sql-driver/mysql" // registers itself as mysql
	_ "github.com/jackc/pgx/v5/stdlib" // registers itself as pgx
	_ "modernc.org/sqlite"             // registers itself as sqlite
)

// SQLite opens a database in a file of its own, whose writers wait for each other.
func SQLite(t testing.TB) *sql.DB {
	t.Helper()
	return open(t, "sqlite", "file:"+filepath.Join(t.TempDir(), "test.db")+"?_pragma=busy_timeout(20000)")
}

// Each runs a test on each engine, as a subtest with an empty database. A server starts within its
// subtest: -run=/SQLite starts none, and one that is not installed keeps no other from being
// tested.
func Each(t *testing.T, run func(t *testing.T, db *sql.DB)) {
	t.Helper()
	for _, engine := range []struct {
		name string
		open func(testing.TB) *sql.DB
	}{
		{"SQLite", SQLite},
		{"PostgreSQL", Postgres},
		{"MariaDB", func(t testing.TB) *sql.DB { return MariaDB(t, "") }},
	} {
		t.Run(engine.name, func(t *testing.T) { run(t, engine.open(t)) })
	}
}

// Postgres starts a PostgreSQL and opens a database in it. Its zone is not UTC, so that tests see
// what depends on it.
func Postgres(t testing.TB) *sql.DB {
	t.Helper()
	return open(t, "pgx", PostgresDSN(t))
}

// PostgresDSN starts a PostgreSQL, and returns its DSN for the driver pgx, which other processes
// may use too.
func PostgresDSN(t testing.TB) string {
	t.Helper()
	return NewCluster(t).DSN
}

// A Cluster is a PostgreSQL that can be made to crash.
type Cluster struct {
	DSN  string // how the driver pgx finds it
	Dir  string // where its socket is
	s    *server
	args []string
}

// NewCluster starts a PostgreSQL.
func NewCluster(t testing.TB) *Cluster {
	t.Helper()
	bin := newest("/usr/lib/postgresql/*/bin")
	require(t, bin != "", "PostgreSQL")
	s := newServer(t, "postgres")
	data := filepath.Join(s.dir, "data")
	s.run(filepath.Join(bin, "initdb"), "--pgdata="+data, "--username=test", "--auth=trust", "--encoding=UTF8", "--no-sync")
	relax(t, filepath.Join(data, "postgresql.conf"))
	c := &Cluster{
		DSN: "host=" + s.dir + " user=test dbname=postgres sslmode=disable", Dir: s.dir, s: s,
		args: []string{filepath.Join(bin, "postgres"), "-D", data, "-k", s.dir, "-c", "listen_addresses=", "-c", "timezone=America/New_York"},
	}
	c.Start()
	return c
}

// relax makes a PostgreSQL not wait for the disk. It does so in its configuration file, which a
// benchmark can change while it runs.
func relax(t testing.TB, file string) {
	t.Helper()
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteString("fsync = off\n")
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

// Start starts it, and returns when it accepts connections.
func (c *Cluster) Start() {
	c.s.t.Helper()
	c.s.start(syscall.SIGINT, c.args[0], c.args[1:]...)
	c.s.wait(open(c.s.t, "pgx", c.DSN))
}

// Crash stops it without letting it finish anything: it recovers from its log when it starts.
func (c *Cluster) Crash() {
	_ = c.s.process.Signal(syscall.SIGQUIT) // it may have ended
	<-c.s.gone
}

// PgBouncer starts a PgBouncer before a PostgreSQL, which gives a connection to a client for the
// time of one transaction, and returns its DSN for the driver pgx. Statements that are prepared on
// one connection are not known on the next, so that pgx must be configured to prepare none, with
// default_query_exec_mode.
func PgBouncer(t testing.TB, c *Cluster) string {
	t.Helper()
	const program = "/usr/sbin/pgbouncer"
	_, err := os.Stat(program)
	require(t, err == nil, "PgBouncer")
	s := newServer(t, "postgres")
	config := "[databases]\npostgres = host=" + c.Dir + " dbname=postgres user=test\n[pgbouncer]\nlisten_addr =\nunix_socket_dir = " + s.dir +
		"\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 3\nmax_client_conn = 200\n"
	file := filepath.Join(s.dir, "ini")
	if err := os.WriteFile(file, []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	s.start(syscall.SIGINT, program, file)
	dsn := "host=" + s.dir + " port=6432 user=test dbname=postgres sslmode=disable"
	s.wait(open(t, "pgx", dsn+" default_query_exec_mode=exec"))
	return dsn
}

// MariaDB starts a MariaDB and opens a database in it. The parameters, such as parseTime=true, go
// into its DSN.
func MariaDB(t testing.TB, parameters string) *sql.DB {
	t.Helper()
	const server = "/usr/sbin/mariadbd"
	_, err := os.Stat(server)
	require(t, err == nil, "MariaDB")
	s := newServer(t, "mysql")
	data := filepath.Join(s.dir, "data")
	socket := filepath.Join(s.dir, "sock")
	s.run("/usr/bin/mariadb-install-db", "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db")
	s.start(syscall.SIGTERM, server, "--no-defaults", "--datadir="+data, "--socket="+socket, "--skip-networking",
		"--pid-file="+filepath.Join(s.dir, "pid"), "--sql-mode=")
	admin := open(t, "mysql", "root@unix("+socket+")/")
	s.wait(admin)
	if _, err := admin.Exec("CREATE DATABASE test CHARACTER SET utf8mb4"); err != nil {
		t.Fatal(err)
	}
	return open(t, "mysql", "root@unix("+socket+")/test?"+parameters)
}

func open(t testing.TB, driver, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func newest(pattern string) string {
	found, _ := filepath.Glob(pattern)
	if len(found) == 0 {
		return ""
	}
	return slices.Max(found)
}

// require skips, or fails in CI, where a server is not installed.
func require(t testing.TB, ok bool, name string) {
	t.Helper()
	switch {
	case ok:
	case os.Getenv("CI") != "":
		t.Fatalf("%s is not installed: run internal/integration/install.sh", name)
	default:
		t.Skipf("\n\n*** NOT TESTED: %s is not installed. Run internal/integration/install.sh. ***\n", name)
	}
}

// A server is a database server and its folder.
type server struct {
	t    testing.TB
	dir  string
	user *syscall.Credential // nil: this process's own
	log  bytes.Buffer
	gone chan struct{} // closed when the process has ended

	process *os.Process
}

// newServer makes a folder that belongs to the given user, or to this process if it is not root.
// The folder's name is short, as the path of a socket must be.
func newServer(t testing.TB, name string) *server {
	t.Helper()
	dir, err := os.MkdirTemp("", "db")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	s := &server{t: t, dir: dir}
	if os.Geteuid() == 0 {
		s.become(name)
	}
	return s
}

func (s *server) become(name string) {
	s.t.Helper()
	account, err := user.Lookup(name)
	if err != nil {
		s.t.Fatal(err)
	}
	uid, _ := strconv.Atoi(account.Uid)
	gid, _ := strconv.Atoi(account.Gid)
	if err := os.Chown(s.dir, uid, gid); err != nil {
		s.t.Fatal(err)
	}
	s.user = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

func (s *server) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	c.Dir = s.dir
	c.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "HOME=" + s.dir}
	c.SysProcAttr = &syscall.SysProcAttr{Credential: s.user, Pdeathsig: syscall.SIGKILL}
	return c
}

// run runs a command to its end.
func (s *server) run(name string, args ...string) {
	s.t.Helper()
	if out, err := s.command(name, args...).CombinedOutput(); err != nil {
		s.t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// start starts the server, which gets the signal when the test ends.
func (s *server) start(stop syscall.Signal, name string, args ...string) {
	s.t.Helper()
	c := s.command(name, args...)
	c.Stdout, c.Stderr = &s.log, &s.log
	gone := make(chan struct{})
	s.gone = gone
	started := make(chan error)
	go func() {
		// The server is killed when the thread that started it ends. That must not be before this
		// process does.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := c.Start()
		started <- err
		if err == nil {
			c.Wait()
			close(gone)
		}
	}()
	if err := <-started; err != nil {
		s.t.Fatal(err)
	}
	s.process = c.Process
	s.t.Cleanup(func() { s.end(c.Process, stop) })
}

func (s *server) end(p *os.Process, stop syscall.Signal) {
	p.Signal(stop)
	select {
	case <-s.gone:
	case <-time.After(20 * time.Second):
		p.Kill()
		<-s.gone
	}
}

// wait waits until the server accepts connections.
func (s *server) wait(db *sql.DB) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for db.PingContext(ctx) != nil {
		select {
		case <-s.gone:
			s.t.Fatalf("the server ended:\n%s", s.log.String())
		case <-ctx.Done():
			s.t.Fatal(fmt.Errorf("the server accepts no connection: %w", ctx.Err()))
		case <-time.After(50 * time.Millisecond):
		}
	}
}
