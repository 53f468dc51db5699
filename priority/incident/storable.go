package incident

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/alwaysp1/alwaysp1/internal/storable"
)

// Validate answers why no store keeps the entry as it is, everything at once and with the name of the field: its incident has no proper
// name, of 1 to 1,024 bytes in UTF-8 without NUL; a text is not UTF-8; or an instant has no exact text. What an entry means where
// it stands is for [Incident.Add] to say.
func (e Entry) Validate() error {
	faults := []error{storable.Name("incident", e.Incident), storable.Instant("at", e.At), storable.Instant("until", e.Until)}
	if e.Seq < 1 {
		faults = append(faults, fmt.Errorf("seq: %d is not counted from 1", e.Seq))
	}
	for _, field := range [][2]string{
		{"author", e.Author}, {"text", e.Text}, {"identity", e.Identity}, {"asset", e.Asset}, {"before", e.Before}, {"other", e.Other}, {"to", e.To},
	} {
		faults = append(faults, storable.JSON(field[0], field[1]))
	}
	return errors.Join(faults...)
}

// validate answers what is wrong with entries that are to be appended.
func validate(entries []Entry) error {
	var faults []error
	for n, e := range entries {
		if err := e.Validate(); err != nil {
			faults = append(faults, storable.Below(fmt.Sprintf("entries[%d]", n), err))
		}
	}
	return errors.Join(faults...)
}

// Validate answers why no store keeps the delivery as it is: its announcer has no proper name, of 1 to 1,024 bytes in UTF-8 without NUL,
// or its receipt or its error is not UTF-8 or holds NUL.
func (d Delivery) Validate() error {
	return cmp.Or(storable.Name("announcer", d.Announcer), storable.Text("receipt", d.Receipt), storable.Text("error", d.Error))
}
