/// What a reading of a `trace.dat` has met beside the records.
public struct TraceFileReading: Sendable {
    /// The number of records delivered.
    public var records = 0
    /// Events that were lost, by instance and CPU.
    public var loss: [TraceLoss] = []
    /// What could not be read: the first hundred errors, those of opening the file first.
    public var damage: [TraceFileError] = []
    /// How many errors there were.
    public var damageCount = 0
}

extension TraceFile {
    /// CPUs share so much memory for the pages they read ahead.
    private static let readAhead = 16 << 20
    private static let mostReadAhead = 256 << 10

    /// Delivers the wanted events, ordered by time; events of one time in the order of buffers and CPUs of the file.
    ///
    /// - Parameters:
    ///   - source: The number of this file among those that are read together.
    ///   - selection: What is wanted.
    public func read(
        source: Int = 0, _ selection: TraceSelection, body: (TraceRecord) -> Void
    ) -> TraceFileReading {
        read(source: source, selection, resolvesAddresses: true, body: body)
    }

    func read(
        source: Int, _ selection: TraceSelection, resolvesAddresses: Bool, body: (TraceRecord) -> Void
    ) -> TraceFileReading {
        var reading = TraceFileReading()
        let decoder = EventDecoder(self, selection, resolvesAddresses: resolvesAddresses)
        let cpus = ringBuffers(source: source)
        var streams = cpus.map { RecordStream($0, decoder) }
        var heads = streams.indices.map { streams[$0].next() }
        while let first = Self.earliest(heads), let record = heads[first] {
            reading.records += 1
            body(record)
            heads[first] = streams[first].next()
        }
        var damage = layout.damage
        let clock = TraceFileClock(options, isBigEndian: layout.header.isBigEndian)
        for cpu in cpus {
            reading.loss.append(contentsOf: clock.losses(of: cpu))
            damage.append(cpu.damage)
        }
        for statistics in TraceFileStatistics.all(options) { statistics.complete(&reading.loss, source: source) }
        let own = (layout.damage.errors + decoder.damage.errors).filter(\.mayHideEvents)
        reading.loss += own.prefix(1).map { error in
            TraceLoss(
                place: TracePlace(source: source, line: nil, offset: error.offset), instance: nil, cpu: nil, time: nil,
                evidence: .damaged)
        }
        damage.append(decoder.damage)
        reading.damage = damage.errors
        reading.damageCount = damage.count
        return reading
    }

    private static func earliest(_ heads: [TraceRecord?]) -> Int? {
        var best: (index: Int, time: Int64)?
        for (index, head) in heads.enumerated() {
            guard let time = head?.time else { continue }
            if best.map({ time < $0.time }) ?? true { best = (index, time) }
        }
        return best?.index
    }

    /// The CPUs of all buffers.
    func ringBuffers(source: Int) -> [RingBufferCPU] {
        let count = buffers.reduce(0) { $0 + $1.cpus.count }
        let windowSize = min(Self.mostReadAhead, Self.readAhead / max(1, count))
        let memory = ChunkMemory()
        return buffers.flatMap { buffer in
            buffer.cpus.map { cpu in
                let pages = RingBufferPages(
                    storage, buffer, cpu, layout.header, memory: memory, windowSize: windowSize)
                return RingBufferCPU(pages, buffer, cpu: cpu.id, layout, source: source)
            }
        }
    }
}

/// The wanted records of one CPU, in order, each with its stack.
private struct RecordStream {
    private let cpu: RingBufferCPU
    private let decoder: EventDecoder
    /// The event behind the record that was given last.
    private var held: TraceRecord?

    init(_ cpu: RingBufferCPU, _ decoder: EventDecoder) {
        self.cpu = cpu
        self.decoder = decoder
    }

    mutating func next() -> TraceRecord? {
        var record = held
        held = nil
        while let event = decoder.marks.withUnsafeBufferPointer({ $0.baseAddress.flatMap { cpu.next($0) } }) {
            if decoder.marks[event.id] == EventDecoder.Mark.stack {
                if event.isAdjacent, let waiting = record {
                    record?.stack = decoder.stack(event, of: cpu, after: waiting) ?? []
                }
            } else if let next = decoder.record(event, of: cpu) {
                guard record != nil else {
                    record = next
                    continue
                }
                held = next
                return record
            }
        }
        return record
    }
}
