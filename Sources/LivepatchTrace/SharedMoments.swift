/// Moments at which a source shows that something happened, and in how many of them another source shows it, too.
///
/// What livepatch prints comes in bursts: enabling takes three lines in a millisecond in every boot. So events prove and disprove
/// nothing one by one, but by the moments in which they stand.
struct SharedMoments: Hashable {
    /// Moments of which the other source shows an event.
    private(set) var shared = 0
    /// Moments of which it shows none, though it should.
    private(set) var missed = 0

    /// One event of a source.
    struct Entry {
        /// In microseconds.
        var time: Int64
        /// True if the other source shows it.
        var isShared: Bool
        /// True if the other source would show it.
        var isExpected: Bool
    }

    /// So far apart are moments, in microseconds.
    private static let distance: Int64 = 500_000

    init(_ entries: [Entry]) {
        var moment: Entry?
        for entry in entries.sorted(by: { $0.time < $1.time }) {
            if let last = moment, entry.time - last.time <= Self.distance {
                moment = Entry(
                    time: entry.time, isShared: last.isShared || entry.isShared,
                    isExpected: last.isExpected || entry.isExpected)
            } else {
                count(moment)
                moment = entry
            }
        }
        count(moment)
    }

    private mutating func count(_ moment: Entry?) {
        guard let moment else { return }
        if moment.isShared { shared += 1 } else if moment.isExpected { missed += 1 }
    }
}
