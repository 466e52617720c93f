/// The outgoing side of every parser: decides between record and context, counts, and queues what the reader hands on.
struct Delivery {
    /// Index of the source, for places.
    let source: Int
    let needles: NeedleSet
    var summary: ReadSummary
    /// What is to be handed on, in order. The reader empties it after each line.
    var items: [LogItem] = []

    func place(line: Int, offset: Int) -> Place {
        Place(source: source, line: line, offset: offset)
    }

    /// Counts a record whether or not it will be delivered.
    mutating func see(time: LogTime?, isFramed: Bool) {
        summary.recordsSeen += 1
        if isFramed { summary.framedRecords += 1 }
        if let clock = time?.clock, !summary.clocks.contains(clock) { summary.clocks.insert(clock) }
    }

    /// Hands on a record that was seen: as context if it is another program's, or holds no needle.
    mutating func deliver(_ record: LogRecord, message: [UInt8], isForeign: Bool) {
        if isForeign { skip(.foreign) }
        if !isForeign && needles.isIn(message.span) {
            summary.recordsDelivered += 1
            items.append(.record(record))
        } else {
            summary.contextsDelivered += 1
            items.append(.context(record))
        }
    }

    mutating func lose(_ evidence: Loss.Evidence, count: UInt64?, at place: Place, time: LogTime?) {
        summary.losses += 1
        let count = count.flatMap { Int(exactly: $0) }
        items.append(.loss(Loss(place: place, time: time, evidence: evidence, count: count)))
    }

    mutating func skip(_ reason: ReadSummary.SkipReason) {
        summary.skipped[reason, default: 0] += 1
    }

    mutating func report(_ kind: ReadProblem.Kind, at place: Place) {
        summary.problemCount += 1
        if summary.problems.count < ReadSummary.problemLimit {
            summary.problems.append(ReadProblem(kind: kind, place: place))
        }
    }
}
