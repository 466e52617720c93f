import KernelLog
import Livepatch
import Reconstruction

/// How a trace's clock stands to a log's, told by the events that both show.
public struct ClockAlignment: Hashable, Sendable {
    /// How many microseconds the trace's clock is ahead of the log's: the median. Nil if one of them has no stamps; then only the
    /// order of the events tells.
    public var offset: Int64?
    /// In how many microseconds all shared events' offsets lie.
    public var spread: Int64 = 0
    /// How many events both show.
    public var shared: Int

    /// The shared events, as places in the log and in the trace; both rise.
    var pairs: [Pair]

    struct Pair: Hashable, Sendable {
        var log: Int
        var trace: Int
    }
}

extension ClockAlignment {
    /// Finds the events that a boot's observations and a trace share; nil if nothing proves that both are of the same boot.
    ///
    /// Two boots do not do the same things at the same intervals to the millisecond: so many shared events at one offset prove it.
    /// Without stamps it takes the same events in the same order.
    static func between(_ log: [Observation], _ trace: [TracedEvent]) -> ClockAlignment? {
        let candidates = Candidates(log, trace)
        guard !candidates.pairs.isEmpty else { return nil }
        return candidates.haveStamps ? candidates.byStamps() : candidates.byOrder()
    }
}

/// Which events of the trace may be which of the log.
private struct Candidates {
    let log: [Observation]
    let trace: [TracedEvent]
    /// The places in the log of the same event, for each event of the trace.
    let places: [[Int]]
    /// One list of all, with how far the clocks are apart then.
    let pairs: [(pair: ClockAlignment.Pair, offset: Int64?)]

    /// Beyond so many a log repeats itself too often to be told from another.
    private static let mostPairs = 4_000_000
    /// Printing a line takes less, in microseconds.
    private static let smallestTolerance: Int64 = 20_000

    init(_ log: [Observation], _ trace: [TracedEvent]) {
        self.log = log
        self.trace = trace
        var exact: [EventKey: [Int]] = [:]
        var nameless: [EventKey: [Int]] = [:]
        for (place, observation) in log.enumerated() {
            exact[EventKey(observation.event), default: []].append(place)
            nameless[EventKey(nameless: observation.event), default: []].append(place)
        }
        var count = 0
        var pairs: [(ClockAlignment.Pair, Int64?)] = []
        places = trace.enumerated().map { place, event in
            let found = event.isNameless ? nameless[EventKey(nameless: event.event)] : exact[EventKey(event.event)]
            guard let found, count + found.count < Self.mostPairs else { return [] }
            count += found.count
            for other in found {
                pairs.append((ClockAlignment.Pair(log: other, trace: place), Self.offset(log[other], event)))
            }
            return found
        }
        self.pairs = pairs
    }

    private static func offset(_ observation: Observation, _ event: TracedEvent) -> Int64? {
        guard let time = observation.record.time, time.clock != .previous, let traced = event.record.time else {
            return nil
        }
        return traced / 1000 - time.microseconds
    }

    var haveStamps: Bool { pairs.contains { $0.offset != nil } }

    // MARK: - Stamps

    private var tolerance: Int64 {
        max(Self.smallestTolerance, 2 * (log.compactMap { $0.record.time?.resolution }.max() ?? 1))
    }

    func byStamps() -> ClockAlignment? {
        guard let offset = likeliestOffset() else { return nil }
        let near = matched { place, other in
            Self.offset(log[other], trace[place]).map { abs($0 - offset) <= tolerance } ?? false
        }
        let offsets = near.compactMap { Self.offset(log[$0.log], trace[$0.trace]) }.sorted()
        guard let first = offsets.first, let last = offsets.last, proves(near, offset) else { return nil }
        return ClockAlignment(
            offset: offsets[offsets.count / 2], spread: last - first, shared: near.count, pairs: near)
    }

    /// The offset that most pairs agree on.
    private func likeliestOffset() -> Int64? {
        let width = tolerance
        var counts: [Int64: Int] = [:]
        for (_, offset) in pairs { if let offset { counts[Int64(floorDividing: offset, by: width), default: 0] += 1 } }
        let best = counts.keys.max { one, other in
            let (first, second) = (
                counts[one, default: 0] + counts[one + 1, default: 0],
                counts[other, default: 0] + counts[other + 1, default: 0]
            )
            return first != second ? first < second : one > other
        }
        guard let best else { return nil }
        let near = pairs.compactMap(\.offset).filter {
            let bucket = Int64(floorDividing: $0, by: width)
            return bucket == best || bucket == best + 1
        }.sorted()
        return near[near.count / 2]
    }

    /// Each event of the trace with the first of its candidates that comes after the last one taken.
    private func matched(_ isPossible: (_ trace: Int, _ log: Int) -> Bool) -> [ClockAlignment.Pair] {
        var result: [ClockAlignment.Pair] = []
        var last = -1
        for (place, candidates) in places.enumerated() {
            guard let other = candidates.first(where: { $0 > last && isPossible(place, $0) }) else { continue }
            result.append(ClockAlignment.Pair(log: other, trace: place))
            last = other
        }
        return result
    }

    /// Three shared events, or all there are; and half of what the trace tells of the log's time.
    private func proves(_ shared: [ClockAlignment.Pair], _ offset: Int64) -> Bool {
        let times = log.compactMap { $0.record.time?.microseconds }
        guard let first = times.min(), let last = times.max() else { return false }
        let messages = Set(log.map(\.event.message))
        let inside = trace.count { event in
            guard let time = event.record.time, messages.contains(event.event.message) else { return false }
            return (first - tolerance...last + tolerance).contains(time / 1000 - offset)
        }
        return shared.count >= min(3, log.count, inside) && shared.count * 2 >= inside
    }

    // MARK: - Order

    /// Longer lists are not compared.
    private static let longest = 6000

    func byOrder() -> ClockAlignment? {
        guard log.count <= Self.longest, trace.count <= Self.longest else { return nil }
        let candidates = places.map(Set.init)
        let messages = Set(log.map(\.event.message))
        let common = CommonSequence.pairs(trace.count, log.count) { candidates[$0].contains($1) }
        let comparable = trace.count { messages.contains($0.event.message) }
        guard common.count >= min(3, comparable), common.count * 5 >= comparable * 4 else { return nil }
        return ClockAlignment(
            offset: nil, shared: common.count,
            pairs: common.map { ClockAlignment.Pair(log: $0.column, trace: $0.row) })
    }
}

extension Int64 {
    /// The quotient rounded down.
    fileprivate init(floorDividing dividend: Int64, by divisor: Int64) {
        let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
        self = remainder < 0 ? quotient - 1 : quotient
    }
}
