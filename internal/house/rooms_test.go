package house

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// architecture is the page whose table of rooms people and these rules read.
const architecture = ".github/ARCHITECTURE.md"

// A room is a package's place in the house: what it does, and on what it may stand.
type room struct {
	floor   int
	job     string
	may     []string // rooms it may import; so may it import what those may
	cellar  bool     // every floor may import it, and it imports none
	waits   bool     // it takes a clock.Clock, and its Run may start goroutines
	testing bool     // it is for users' tests
}

// rooms is the table of the architecture page, read once.
var rooms = sync.OnceValue(func() map[string]room {
	text, err := os.ReadFile("../../" + architecture)
	if err != nil {
		panic(err) // without the table there is no house to check
	}
	return parseRooms(string(text))
})

// quotedRoom is a package as the table names it.
var quotedRoom = regexp.MustCompile("`([\\w./]+)`")

const (
	cellarFloor = -1
	atticFloor  = 100
)

// parseRooms reads the rows "| floor | `package` | its one job | may import |".
func parseRooms(text string) map[string]room {
	table := map[string]room{}
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 4 {
			continue
		}
		name := quotedRoom.FindStringSubmatch(cells[1])
		floor, ok := floorOf(strings.TrimSpace(cells[0]))
		if !ok || name == nil {
			continue
		}
		r := room{floor: floor, job: strings.TrimSpace(cells[2]), cellar: floor == cellarFloor}
		r.waits, r.testing = strings.Contains(r.job, "(waits"), strings.Contains(r.job, "testing)")
		for _, below := range quotedRoom.FindAllStringSubmatch(cells[3], -1) {
			r.may = append(r.may, below[1])
		}
		table[name[1]] = r
	}
	for dir, r := range table {
		if r.floor == atticFloor {
			r.may = everything(table)
			table[dir] = r
		}
	}
	return table
}

func floorOf(cell string) (int, bool) {
	switch cell {
	case "cellar":
		return cellarFloor, true
	case "attic":
		return atticFloor, true
	}
	n, err := strconv.Atoi(cell)
	return n, err == nil
}

// everything lists the rooms below the attic.
func everything(table map[string]room) (all []string) {
	for _, dir := range sortedKeys(table) {
		if table[dir].floor != atticFloor && dir != "." {
			all = append(all, dir)
		}
	}
	return all
}

// reach lists the rooms that a room may import, those below those it names included.
func reach(dir string) map[string]bool {
	seen := map[string]bool{}
	var walk func(string)
	walk = func(dir string) {
		for _, below := range rooms()[dir].may {
			if !seen[below] {
				seen[below] = true
				walk(below)
			}
		}
	}
	walk(dir)
	return seen
}

var tableRule = rule{
	name: "table",
	why:  "the table of rooms is what people read: a row without a job, or of a package that is gone, misleads them",
	check: func(t *tree) (faults []string) {
		if t.texts[architecture] == "" {
			return nil // a fixture
		}
		there := map[string]bool{}
		for _, p := range t.packages {
			there[p.dir] = true
		}
		for _, dir := range sortedKeys(parseRooms(t.texts[architecture])) {
			switch {
			case !there[dir]:
				faults = append(faults, fmt.Sprintf("%s: %s is not there", architecture, dir))
			case parseRooms(t.texts[architecture])[dir].job == "":
				faults = append(faults, fmt.Sprintf("%s: %s has no job", architecture, dir))
			}
		}
		return faults
	},
	bites: []bite{
		{"gone", map[string]string{architecture: tableHead + "| 3 | `sla/gone` | a job | |\n"}, "sla/gone is not there"},
		{"no job", map[string]string{architecture: tableHead + "| 3 | `sla` | | |\n"}, "sla has no job"},
	},
}

const tableHead = "| floor | package | its one job | may import |\n|---|---|---|---|\n"
