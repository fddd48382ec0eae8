"""When things happen by the clock: timers, schedules, measures."""
