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

    /// How many of them are as close as a line and its function are.
    var close: Int

    /// The shared events, as places in the log and in the trace; both rise.
    var pairs: [Pair]

    /// How far the clocks are apart, in microseconds; most clocks of a trace are close to that of a log.
    var distance: UInt64 { offset?.magnitude ?? 0 }

    struct Pair: Hashable, Sendable {
        var log: Int
        var trace: Int
    }
}

extension ClockAlignment {
    /// Finds the events that a boot and a trace share; nil if nothing proves that both are of the same boot.
    ///
    /// Two boots do not do the same things at the same intervals to the millisecond: so many shared events at one offset prove it,
    /// unless one of them shows something at a time of which the other shows nothing. Without stamps it takes the same events in the
    /// same order.
    static func between(_ boot: Evidence, _ trace: LivepatchTrace) -> ClockAlignment? {
        if let release = boot.boot.kernelRelease, let other = trace.kernelRelease, release != other { return nil }
        let candidates = Candidates(boot, trace)
        guard !candidates.pairs.isEmpty else { return nil }
        return candidates.haveStamps ? candidates.byStamps() : candidates.byOrder()
    }
}

/// Which events of the trace may be which of the log.
private struct Candidates {
    let log: [Observation]
    let trace: [TracedEvent]
    /// The times that the log and the trace tell of, in microseconds of their own clocks.
    private let logSpan: ClosedRange<Int64>?
    private let traceSpan: ClosedRange<Int64>?
    /// True if the trace lacks events that it should have.
    private let isLossy: Bool
    /// The places in the log of the same event, for each event of the trace.
    let places: [[Int]]
    /// One list of all, with how far the clocks are apart then.
    let pairs: [(pair: ClockAlignment.Pair, offset: Int64?)]

    /// Stamps beyond are damaged, in microseconds: some ten thousand years.
    private static let longestTime: UInt64 = 1 << 58
    /// Beyond so many a log repeats itself too often to be told from another.
    private static let mostPairs = 1_000_000
    /// Printing a line takes less, in microseconds.
    private static let smallestTolerance: Int64 = 20_000

    init(_ boot: Evidence, _ whole: LivepatchTrace) {
        let log = boot.observations
        let trace = whole.events
        self.log = log
        self.trace = trace
        logSpan = Self.span(
            boot.boot.entries.compactMap(\.record.time).filter { $0.clock != .previous }.map(\.microseconds))
        traceSpan = Self.span(whole.steps.compactMap { step in step.record.time.map { $0 / 1000 } })
        isLossy = !whole.losses.isEmpty || !whole.damage.isEmpty
        var printed: [Event: [Int]] = [:]
        var exact: [EventKey: [Int]] = [:]
        var nameless: [EventKey: [Int]] = [:]
        for (place, observation) in log.enumerated() {
            if observation.isPrinted { printed[observation.event, default: []].append(place) }
            exact[EventKey(observation.event), default: []].append(place)
            nameless[EventKey(nameless: observation.event), default: []].append(place)
            guard observation.event.direction != nil else { continue }
            nameless[EventKey(nameless: observation.event, ignoringDirection: true), default: []].append(place)
        }
        var count = 0
        var pairs: [(ClockAlignment.Pair, Int64?)] = []
        places = trace.enumerated().map { place, event in
            guard event.evidence != .laterFunction else { return [] }
            // A line is the same line; a function stands for a line of its kind, and a line for a function.
            let found =
                switch (event.isNameless, event.evidence) {
                case (true, _): nameless[EventKey(nameless: event.event)]
                case (_, .printed): printed[event.event] ?? exact[EventKey(event.event)]?.filter { !log[$0].isPrinted }
                default: exact[EventKey(event.event)]
                }
            guard let found, count + found.count < Self.mostPairs else { return [] }
            count += found.count
            for other in found {
                pairs.append((ClockAlignment.Pair(log: other, trace: place), Self.offset(log[other], event)))
            }
            return found
        }
        self.pairs = pairs
        tolerance = max(Self.smallestTolerance, 2 * (log.compactMap { $0.record.time?.resolution }.max() ?? 1))
    }

    private static func offset(_ observation: Observation, _ event: TracedEvent) -> Int64? {
        guard let time = observation.record.time, time.clock != .previous, let traced = event.record.time,
            time.microseconds.magnitude < longestTime
        else { return nil }
        return traced / 1000 - time.microseconds
    }

    var haveStamps: Bool { pairs.contains { $0.offset != nil } }

    // MARK: - Stamps

    /// How far apart a line and its trace event may be beside the offset.
    private let tolerance: Int64

    func byStamps() -> ClockAlignment? {
        likelyOffsets().compactMap(alignment).max { one, other in
            if one.close != other.close { return one.close < other.close }
            // The same done twice at the same pace: the right one is the closer fit, then the smaller offset.
            if one.spread != other.spread { return one.spread > other.spread }
            return abs(one.offset ?? 0) > abs(other.offset ?? 0)
        }
    }

    private func alignment(at offset: Int64) -> ClockAlignment? {
        let close = matched(offset, within: tolerance)
        guard proves(close, offset), !isContradicted(offset) else { return nil }
        // A machine may stand still between stamping a line and tracing it: order tells the pairs that are left.
        let near = matched(offset, within: Self.longestStall)
        let offsets = near.compactMap { Self.offset(log[$0.log], trace[$0.trace]) }.sorted()
        guard let first = offsets.first, let last = offsets.last else { return nil }
        return ClockAlignment(
            offset: offsets[offsets.count / 2], spread: last - first, shared: near.count, close: close.count,
            pairs: near)
    }

    // MARK: - Contradictions

    private static func span(_ times: [Int64]) -> ClosedRange<Int64>? {
        let times = times.filter { $0.magnitude < longestTime }
        guard let first = times.min(), let last = times.max() else { return nil }
        return first...last
    }

    /// What the kernel prints whenever it does it, in every log of the boot.
    private static let notices = Set(
        Catalogue.messages.filter { $0.level < 7 && $0.id.belongsToSection && $0.id.isPrintedByKernel }.map(\.id))

    /// True if one source shows that something happened within the time of the other, which would show it and does not. A trace counts
    /// what it loses; of a log lines may be missing, but not half of what happened.
    private func isContradicted(_ offset: Int64) -> Bool {
        guard let logSpan, let traceSpan else { return false }
        let pairs = matched(offset, within: Self.longestDelay)
        let inLog = Set(pairs.map(\.log))
        let inTrace = Set(pairs.map(\.trace))
        let isTold = { (event: TracedEvent) in event.evidence == .printed || event.evidence == .function }
        let logged = Self.notices.intersection(log.map(\.event.message))
        let traced = Self.notices.intersection(trace.filter(isTold).map(\.event.message))
        let ofTrace = trace.enumerated().compactMap { place, event -> SharedMoments.Entry? in
            guard isTold(event), let time = event.record.time.map({ $0 / 1000 - offset }), logSpan.contains(time) else {
                return nil
            }
            return SharedMoments.Entry(
                time: time, isShared: inTrace.contains(place), isExpected: logged.contains(event.event.message))
        }
        let moments = SharedMoments(ofTrace)
        if moments.missed > 0, moments.missed >= moments.shared { return true }
        guard !isLossy else { return false }
        // What the kernel printed, the trace has with all the rest.
        let printed = Set(trace.filter { $0.evidence == .printed }.map(\.event.message))
        let ofLog = log.enumerated().compactMap { place, observation -> SharedMoments.Entry? in
            guard let time = observation.record.time, time.clock != .previous,
                traceSpan.contains(time.microseconds &+ offset)
            else { return nil }
            return SharedMoments.Entry(
                time: time.microseconds, isShared: inLog.contains(place),
                isExpected: traced.contains(observation.event.message)
                    || (observation.isPrinted && printed.contains(observation.event.message)))
        }
        return SharedMoments(ofLog).missed > 0
    }

    /// A line is traced so much later at most that it still is the same moment, in microseconds.
    private static let longestDelay: Int64 = 50_000

    /// In microseconds.
    private static let longestStall: Int64 = 2_000_000

    /// So many offsets are tried.
    private static let mostOffsets = 24

    /// The offsets that most events of the trace agree on: the median of each.
    private func likelyOffsets() -> [Int64] {
        let width = tolerance
        var buckets: [Int64: (events: Set<Int>, offsets: [Int64])] = [:]
        for (pair, offset) in pairs {
            guard let offset else { continue }
            let bucket = Int64(floorDividing: offset, by: width)
            buckets[bucket, default: ([], [])].events.insert(pair.trace)
            buckets[bucket, default: ([], [])].offsets.append(offset)
        }
        func events(_ bucket: Int64) -> Int {
            (buckets[bucket]?.events.count ?? 0) + (buckets[bucket + 1]?.events.count ?? 0)
        }
        let counts = buckets.keys.map { (bucket: $0, events: events($0)) }
        let best = counts.sorted { ($1.events, abs($0.bucket)) < ($0.events, abs($1.bucket)) }.prefix(Self.mostOffsets)
        return best.map { bucket, _ in
            let offsets = ((buckets[bucket]?.offsets ?? []) + (buckets[bucket + 1]?.offsets ?? [])).sorted()
            return offsets[offsets.count / 2]
        }
    }

    /// The longest list of pairs near the offset in which both places rise: a longest increasing subsequence, by patience
    /// sorting, over the candidates of each event from the last to the first.
    private func matched(_ offset: Int64, within tolerance: Int64) -> [ClockAlignment.Pair] {
        var chains: [(pair: ClockAlignment.Pair, previous: Int)] = []
        // For each length the chain that ends earliest in the log.
        var ends: [Int] = []
        for (place, candidates) in places.enumerated() {
            for other in candidates.reversed() {
                guard let found = Self.offset(log[other], trace[place]), abs(found - offset) <= tolerance else {
                    continue
                }
                let length = ends.firstPlace { chains[$0].pair.log >= other }
                let previous = length > 0 ? ends[length - 1] : -1
                chains.append((ClockAlignment.Pair(log: other, trace: place), previous))
                if length == ends.count { ends.append(chains.count - 1) } else { ends[length] = chains.count - 1 }
            }
        }
        var result: [ClockAlignment.Pair] = []
        var chain = ends.last ?? -1
        while chain >= 0 {
            result.append(chains[chain].pair)
            chain = chains[chain].previous
        }
        return result.reversed()
    }

    /// Three shared events, or all there are; and half of what the trace tells of the log's time.
    private func proves(_ shared: [ClockAlignment.Pair], _ offset: Int64) -> Bool {
        let times = log.compactMap { $0.record.time?.microseconds }.filter { $0.magnitude < Self.longestTime }
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
    private static let longest = 3000

    func byOrder() -> ClockAlignment? {
        guard log.count <= Self.longest, trace.count <= Self.longest else { return nil }
        let candidates = places.map(Set.init)
        let messages = Set(log.map(\.event.message))
        let common = CommonSequence.pairs(trace.count, log.count) { candidates[$0].contains($1) }
        let comparable = trace.count { messages.contains($0.event.message) }
        guard common.count >= min(3, comparable), common.count * 5 >= comparable * 4 else { return nil }
        return ClockAlignment(
            offset: nil, shared: common.count, close: common.count,
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
