package integration

import (
	"bufio"
	"database/sql"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/integration/database"
	"github.com/alwaysp1/alwaysp1/sla"
)

// Three replicas are processes on one PostgreSQL, and all see the same signals. One has a clock that is five minutes ahead, and one is
// killed. There is one incident for each cause, each announcement is delivered, one at most comes twice and says so, and the counts are exact.
func TestThreeReplicas(t *testing.T) {
	dsn := database.PostgresDSN(t)
	const loops = 160 // of which every eighth opens an incident
	lives := []life{{Replica: "well"}, {Replica: "ahead", Ahead: 5 * time.Minute}, {Replica: "killed"}}
	s := &said{opened: map[string]bool{}, told: map[string]int{}}
	heard := make(chan []string)
	var children []*exec.Cmd
	for _, l := range lives {
		l.Driver, l.DSN, l.Hosts, l.Loops = "pgx", dsn, "host-", loops
		child, out := l.begin(t)
		children = append(children, child)
		go tell(l.Replica, out, heard)
	}
	counted := map[string]int{}
	for left := len(lives); left > 0; {
		words := <-heard
		who, words := words[0], words[1:]
		switch {
		case len(words) == 0:
			left--
		case words[0] == "counted":
			counted[who]++
			if who == "killed" && counted[who] == loops/3 {
				require.NoError(t, children[2].Process.Kill())
			}
		case words[0] == "opened":
			s.opened[words[1]] = true
		case words[0] == "told":
			s.hear(t, words[1], words[2])
		}
	}
	for n, child := range children {
		err := child.Wait()
		if n < 2 {
			require.NoError(t, err, lives[n].Replica)
		}
	}
	require.Equal(t, []int{loops, loops}, []int{counted["well"], counted["ahead"]})
	require.Less(t, counted["killed"], loops, "it was killed in time")

	p, _, end := s.restart(t, [2]string{"pgx", dsn})
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
	entries := map[string]bool{}
	for identity, n := range opened {
		assert.Equal(t, 1, n, identity)
	}
	for key := range s.told {
		entries[key[:strings.IndexByte(key, '/')]] = true
	}
	assert.Len(t, entries, loops/8, "each incident was announced")
	twice := 0
	for _, n := range s.told {
		twice += n - 1
	}
	assert.LessOrEqual(t, twice, 1, "a death doubles one announcement at most")
}

// A replica that is stopped while it makes an announcement, and goes on when its lease has ended, cannot write over what another did.
func TestAPausedReplicaIsFenced(t *testing.T) {
	dsn := database.PostgresDSN(t)
	heard := make(chan []string)
	l := life{Driver: "pgx", DSN: dsn, Replica: "sleeper", Hosts: "host-", Loops: 1, Hang: true}
	sleeper, out := l.begin(t)
	go tell(l.Replica, out, heard)
	for words := range heard {
		require.Greater(t, len(words), 1, "it ended before it announced anything")
		if words[1] == "told" {
			break
		}
	}
	require.NoError(t, sleeper.Process.Signal(syscall.SIGSTOP))
	defer sleeper.Process.Kill()

	s := &said{opened: map[string]bool{}, told: map[string]int{}}
	l.Replica, l.Loops, l.Hang = "awake", 9, false
	awake, out := l.begin(t)
	more := make(chan []string)
	go tell(l.Replica, out, more)
	for words := range more {
		if len(words) == 1 {
			break
		}
		if words[1] == "told" {
			attempt, _ := strconv.Atoi(words[3])
			s.told[words[2]] = attempt
		}
	}
	require.NoError(t, awake.Wait())
	require.Len(t, s.told, 2, "it took over what the sleeper had, and made its own")
	again := 0
	for _, attempt := range s.told {
		if attempt == 2 {
			again++
		}
	}
	require.Equal(t, 1, again, "what the sleeper had begun is a second attempt")

	before := deliveries(t, dsn)
	require.NoError(t, sleeper.Process.Signal(syscall.SIGCONT))
	for words := range heard {
		if len(words) == 1 {
			break
		}
	}
	require.NoError(t, sleeper.Wait(), "it goes on")
	assert.Equal(t, before, deliveries(t, dsn), "and changes nothing")
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

// tell passes on what a process says, after its name; and when it ends, the name alone.
func tell(name string, out io.Reader, heard chan<- []string) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if words := strings.Fields(lines.Text()); len(words) > 0 {
			heard <- append([]string{name}, words...)
		}
	}
	heard <- []string{name}
}
