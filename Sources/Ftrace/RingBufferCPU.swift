/// The events of one CPU that are of interest, over all its pages.
final class RingBufferCPU {
    /// Bits of the word that says how many bytes of a page are used.
    private static let usedMask: UInt64 = (1 << 27) - 1
    private static let lossStored: UInt64 = 1 << 30
    private static let loss: UInt64 = 1 << 31

    let instance: String?
    let cpu: Int
    private let pages: RingBufferPages
    private let layout: RingBufferLayout
    private let pageSize: Int
    private let isBigEndian: Bool
    private let source: Int
    /// The page that is walked, and where it is in the file.
    private var page: RingBufferPages.Page?
    private var walk = RingBufferWalk(from: 0, to: 0, time: 0)
    /// Where an event begins that comes directly after the one that was given last. Only a stamp may stand between: a whole
    /// event is longer.
    private var adjacent = -1
    private static let stampSize = 8
    private(set) var loss: [TraceLoss] = []
    /// True once something could not be read.
    private var isDamaged = false
    private var walkDamage = TraceFileDamage()
    /// How many pages were begun.
    private(set) var pageCount = 0

    init(
        _ pages: RingBufferPages, _ buffer: TraceFileBuffer, cpu: Int, _ layout: TraceFileLayout, source: Int
    ) {
        self.pages = pages
        self.cpu = cpu
        self.source = source
        instance = buffer.instance
        pageSize = buffer.pageSize
        self.layout = layout.ringBuffer
        isBigEndian = layout.header.isBigEndian
    }

    /// What contradicted the format so far.
    var damage: TraceFileDamage {
        var all = pages.damage
        all.append(walkDamage)
        return all
    }

    /// The next event whose number is marked. `marks` must have a byte for each number of 16 bits.
    @inline(__always)
    func next(_ marks: UnsafePointer<UInt8>) -> RingBufferEvent? {
        while true {
            // The walk was made to end within the page's bytes.
            if let base = page?.bytes.baseAddress,
                var event = walk.next(in: base, isBigEndian: isBigEndian, marks: marks)
            {
                event.isAdjacent = event.start == adjacent || event.start == adjacent + Self.stampSize
                adjacent = event.payload.upperBound
                return event
            }
            guard nextPage() else { return nil }
        }
    }

    /// The bytes of an event that `next` has just given.
    func payload(_ event: RingBufferEvent) -> RingBufferPayload {
        let bytes = page?.bytes[event.payload] ?? UnsafeRawBufferPointer(start: nil, count: 0)[...]
        return RingBufferPayload(UnsafeRawBufferPointer(rebasing: bytes), isBigEndian: isBigEndian)
    }

    /// Where an event that `next` has just given stands.
    func place(_ event: RingBufferEvent) -> TracePlace {
        TracePlace(source: source, line: nil, offset: (page?.offset ?? 0) + event.start)
    }

    private func nextPage() -> Bool {
        if let cause = walk.damage, let page { note(.damaged(.event, cause), at: page.storedOffset + walk.position) }
        adjacent = adjacent == walk.end ? layout.dataOffset : -1
        let before = pages.damage.count
        let last = page?.storedOffset
        page = pages.next()
        // Of a file that is too short it is known from the beginning.
        if pages.damage.count > (page == nil ? 0 : before) {
            lose(from: last ?? pages.damage.errors.first?.offset ?? 0)
        }
        guard let page else { return false }
        pageCount += 1
        walk = begin(page)
        return true
    }

    /// Reads a page's header.
    private func begin(_ page: RingBufferPages.Page) -> RingBufferWalk {
        let bytes = RingBufferPayload(page.bytes, isBigEndian: isBigEndian)
        guard let time = bytes.integer(at: layout.timeOffset, size: 8),
            let commit = bytes.integer(at: layout.commitOffset, size: layout.commitSize),
            layout.dataOffset <= page.bytes.count
        else {
            note(.truncated(.page), at: page.storedOffset)
            return RingBufferWalk(from: 0, to: 0, time: 0)
        }
        let used = Int(commit & Self.usedMask)
        let room = page.bytes.count - layout.dataOffset
        if used > pageSize - layout.dataOffset {
            note(.damaged(.page, "it says that \(used) of its \(pageSize) bytes are used"), at: page.storedOffset)
            return RingBufferWalk(from: 0, to: 0, time: 0)
        }
        if used > room { note(.truncated(.page), at: page.storedOffset + page.bytes.count) }
        if commit & Self.loss != 0 {
            let isStored = commit & Self.lossStored != 0
            let count = isStored ? bytes.integer(at: layout.dataOffset + used, size: layout.commitSize) : nil
            loss.append(
                TraceLoss(
                    place: TracePlace(source: source, line: nil, offset: page.offset), instance: instance, cpu: cpu,
                    time: Int64(bitPattern: time), count: count.flatMap { Int(exactly: $0) }))
        }
        return RingBufferWalk(from: layout.dataOffset, to: layout.dataOffset + min(used, room), time: time)
    }

    private func note(_ reason: TraceFileError.Reason, at offset: Int) {
        walkDamage.append(TraceFileError(reason: reason, offset: offset))
        lose(from: offset)
    }

    /// What this CPU recorded behind its last event may not be all.
    private func lose(from offset: Int) {
        guard !isDamaged else { return }
        isDamaged = true
        loss.append(
            TraceLoss(
                place: TracePlace(source: source, line: nil, offset: offset), instance: instance, cpu: cpu,
                time: pageCount > 0 ? Int64(bitPattern: walk.time) : nil, evidence: .damaged))
    }
}
