package schedule

// A shift says what becomes of the instants of a Schedule that fall on days its Calendar has closed.
type shift uint8

// A calendar is the compiled form of opening hours.
type calendar struct{}

func (c *calendar) equal(d *calendar) bool { return c == d }
