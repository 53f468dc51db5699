package integration

import (
	"bufio"
	"database/sql"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/integration/database"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/keep"
)

// Three replicas are processes on one PostgreSQL, and all see the same signals. One has a clock
// that is five minutes off, and one is killed while it announces. There is one incident for each
// cause, each announcement is delivered, one comes twice and is marked as repeated, and the counts
// are exact.
func TestThreeReplicas(t *testing.T) {
	for n := range rounds(t) {
		t.Run("ahead", func(t *testing.T) { threeReplicas(t, 5*time.Minute, 1+n%5) })
		t.Run("behind", func(t *testing.T) { threeReplicas(t, -5*time.Minute, 1+n%5) })
	}
}

// threeReplicas kills a replica at one of its announcements.
func threeReplicas(t *testing.T, off time.Duration, last int) {
	const loops = 160 // of which every eighth opens an incident
	dsn := database.PostgresDSN(t)
	s := newAcknowledged(t)
	lives := []life{{Replica: "well"}, {Replica: "off", Ahead: off}, {Replica: "killed"}}
	die := make(chan struct{}, loops)
	var made atomic.Int64 // by the one that is killed
	s.town.whenHeard(func(replica string, _ incident.Announcement) {
		switch {
		case replica == "killed" && made.Add(1) == int64(last):
			die <- struct{}{}
			time.Sleep(time.Second) // and gets no answer
		case replica != "killed" && made.Load() < int64(last):
			time.Sleep(200 * time.Millisecond) // and leaves some to the others
		}
	})
	heard := make(chan []string)
	gate, open, err := os.Pipe()
	require.NoError(t, err)
	defer gate.Close()
	var children []*exec.Cmd
	for _, l := range lives {
		l.Driver, l.DSN, l.Hosts, l.Loops, l.Town = "pgx", dsn, "host-", loops, s.town.URL
		child, out := l.beginAfter(t, gate)
		children = append(children, child)
		go tell(l.Replica, out, heard)
	}
	ready, counted := 0, map[string]int{}
	for left := len(lives); left > 0; {
		select {
		case <-die:
			require.NoError(t, children[2].Process.Kill())
		case words := <-heard:
			switch who, words := words[0], words[1:]; {
			case len(words) == 0:
				left--
			case words[0] == "ready":
				if ready++; ready == len(lives) {
					require.NoError(t, open.Close())
				}
			case words[0] == "counted":
				counted[who]++
			case words[0] == "opened":
				s.opened[words[1]] = true
			}
		}
	}
	require.NoError(t, children[0].Wait())
	require.NoError(t, children[1].Wait())
	require.Error(t, children[2].Wait(), "it was killed")
	require.Equal(t, []int{loops, loops}, []int{counted["well"], counted["off"]})

	p, end := s.restart(t, [2]string{"pgx", dsn})
	defer end()
	report, ok := p.tracker.Report("shop", noon.Add(sla.Day))
	require.True(t, ok)
	extra := int(report.Objectives[0].Budget.Counts.Good) - 2*loops - counted["killed"]
	assert.Contains(t, []int{0, 1}, extra, "one event at most was under way")
	opened := map[string]int{}
	for _, i := range p.desk.Incidents() {
		opened[strings.ReplaceAll(i.Identity, " ", "_")]++
	}
	assert.Len(t, opened, loops/8)
	for identity, n := range opened {
		assert.Equal(t, 1, n, identity)
	}
	s.town.heardAll(t, p.desk)
	assert.Equal(t, 1, s.town.twice(), "what was under way at the death, and nothing else")
}

// A replica that is stopped while it makes an announcement, and goes on when its lease has ended,
// cannot write over what another did. The other does not do it before the lease has ended by the
// clock of the database, though it is five minutes later by its own.
func TestAPausedReplicaIsFenced(t *testing.T) {
	dsn := database.PostgresDSN(t)
	s := newAcknowledged(t)
	const lease = 3 * time.Second
	asleep, wake := make(chan string, 1), make(chan struct{})
	at := make(chan time.Time, 10) // of the sleeper's announcement, and of its repeats
	s.town.whenHeard(func(replica string, a incident.Announcement) {
		switch {
		case replica == "sleeper":
			at <- time.Now()
			asleep <- a.Key
			<-wake
		case s.town.times(a.Key) > 1:
			at <- time.Now()
		}
	})
	l := life{Driver: "pgx", DSN: dsn, Replica: "sleeper", Hosts: "host-", Loops: 1, Town: s.town.URL}
	sleeper, out := l.begin(t)
	heard := make(chan []string, 100)
	go tell(l.Replica, out, heard)
	key := <-asleep
	require.NoError(t, sleeper.Process.Signal(syscall.SIGSTOP))
	defer sleeper.Process.Kill()

	l.Replica, l.Loops, l.Ahead = "awake", 9, 5*time.Minute
	awake, out := l.begin(t)
	more := make(chan []string, 100)
	go tell(l.Replica, out, more)
	silent(more)
	require.NoError(t, awake.Wait())
	require.Len(t, s.town.heard, 2, "it made its own")
	require.Equal(t, 2, s.town.times(key), "it took over what the sleeper had")
	require.Equal(t, 1, s.town.twice())
	begun, again := <-at, <-at
	assert.Greater(t, again.Sub(begun), lease-500*time.Millisecond, "at the end of the lease")

	before := deliveries(t, dsn)
	close(wake)
	require.NoError(t, sleeper.Process.Signal(syscall.SIGCONT))
	silent(heard)
	require.NoError(t, sleeper.Wait(), "it goes on")
	assert.Equal(t, before, deliveries(t, dsn), "and changes nothing")
	p, end := s.restart(t, [2]string{"pgx", dsn})
	defer end()
	s.town.heardAll(t, p.desk)
}

// A replica that is stopped in the middle of a transaction, which locks what it writes, holds the
// others up for seconds at most. When it goes on, what it had begun has come to nothing, and it
// begins that again.
func TestAReplicaHaltsInATransaction(t *testing.T) {
	for _, step := range []string{"INSERT INTO alwaysp1_journal", "INSERT INTO alwaysp1_documents"} {
		t.Run(step, func(t *testing.T) {
			dsn := database.PostgresDSN(t)
			s := newAcknowledged(t)
			s.town.late = true // what it had claimed when it was halted it may send after the other has
			l := life{Driver: "pgx", DSN: dsn, Replica: "halted", Hosts: "host-", Loops: 9, Halt: step, Town: s.town.URL}
			halted, out := l.begin(t)
			defer halted.Process.Kill()
			heard := make(chan []string, 1000)
			go tell(l.Replica, out, heard)
			before := counted(heard, "halts")

			l.Replica, l.Halt = "other", ""
			other, out := l.begin(t)
			more := make(chan []string, 1000)
			go tell(l.Replica, out, more)
			require.Equal(t, l.Loops, counted(more, "whole"), "it works")
			require.NoError(t, other.Wait())

			require.NoError(t, halted.Process.Signal(syscall.SIGCONT))
			require.Equal(t, l.Loops-before, counted(heard, "whole"), "it goes on")
			require.NoError(t, halted.Wait())
			p, end := s.restart(t, [2]string{"pgx", dsn})
			defer end()
			report, ok := p.tracker.Report("shop", noon.Add(sla.Day))
			require.True(t, ok)
			assert.Equal(t, int64(2*l.Loops), report.Objectives[0].Budget.Counts.Good)
			assert.Len(t, p.desk.Incidents(), 2, "both saw the same signals")
			s.town.heardAll(t, p.desk)
		})
	}
}

// A process that was stopped, and whose name another has taken meanwhile, gets an error when it
// goes on, and nothing is counted twice.
func TestAPausedProcessHasLostItsName(t *testing.T) {
	dsn := database.PostgresDSN(t)
	s := newAcknowledged(t)
	s.town.late = true
	l := life{Driver: "pgx", DSN: dsn, Replica: "twin", Hosts: "host-", Halt: "commit", HaltAt: 30, Town: s.town.URL}
	elder, out := l.begin(t)
	defer elder.Process.Kill()
	heard := make(chan []string, 1<<16)
	go tell("elder", out, heard)
	before := counted(heard, "halts")

	l.Loops, l.Halt = 9, ""
	younger, out := l.begin(t)
	more := make(chan []string, 1000)
	go tell("younger", out, more)
	require.Equal(t, l.Loops, counted(more, "whole"))
	require.NoError(t, younger.Wait())

	require.NoError(t, elder.Process.Signal(syscall.SIGCONT))
	after, reported := 0, ""
	for words := range heard {
		if len(words) == 1 {
			break
		}
		if words[1] == "counted" {
			after++
		}
		reported += strings.Join(words[1:], " ") + "\n"
	}
	require.Error(t, elder.Wait())
	require.Contains(t, reported, keep.ErrConflict.Error())
	assert.Positive(t, before)
	assert.LessOrEqual(t, after, 1, "what was kept when it stopped, and nothing later")
	p, end := s.restart(t, [2]string{"pgx", dsn})
	defer end()
	report, ok := p.tracker.Report("shop", noon.Add(sla.Day))
	require.True(t, ok)
	assert.Equal(t, int64(before+after+l.Loops), report.Objectives[0].Budget.Counts.Good)
	s.town.heardAll(t, p.desk)
}

// counted returns how many events a process acknowledges until it prints a word, or ends.
func counted(heard <-chan []string, last string) (n int) {
	for words := range heard {
		switch {
		case len(words) == 1, words[1] == last:
			return n
		case words[1] == "counted":
			n++
		}
	}
	return n
}

// silent waits until a process has ended.
func silent(heard <-chan []string) {
	for words := range heard {
		if len(words) == 1 {
			return
		}
	}
}

// deliveries is the outbox as text.
func deliveries(t *testing.T, dsn string) (text string) {
	t.Helper()
	db, err := sql.Open("pgx", dsn)
	require.NoError(t, err)
	defer db.Close()
	require.NoError(t, db.QueryRow("SELECT string_agg(d::text, ' ' ORDER BY incident) FROM alwaysp1_deliveries d").Scan(&text))
	return text
}

// tell passes on what a process prints, after its name; and when it ends, the name alone.
func tell(name string, out io.Reader, heard chan<- []string) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if words := strings.Fields(lines.Text()); len(words) > 0 {
			heard <- append([]string{name}, words...)
		}
	}
	heard <- []string{name}
}
