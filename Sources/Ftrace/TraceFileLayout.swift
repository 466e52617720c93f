/// Where everything is in a `trace.dat`: what opening a file finds out.
struct TraceFileLayout: Sendable {
    let header: TraceFileHeader
    var ringBuffer: RingBufferLayout
    var options: [TraceFileOption] = []
    var formats = EventFormatIndex()
    /// The parts that describe the trace. kallsyms, printk formats and command lines begin with their size.
    var sections: [TraceFilePart: TraceFileSection] = [:]
    var buffers: [TraceFileBuffer] = []
    var texts: [TraceFileText] = []
    var damage = TraceFileDamage()
    /// The sections of version 7 that were read, by their places.
    var readSections: Set<Int> = []

    init(_ storage: TraceFileStorage) throws(TraceFileError) {
        header = try TraceFileHeader(storage)
        ringBuffer = RingBufferLayout(longSize: header.longSize)
        if let cut = storage.cut { damage.append(cut) }
        if header.version == 6 { readVersion6(storage) } else { readVersion7(storage) }
        correctClocks()
        rejectSharedData()
    }

    /// Recorders up to trace-cmd 3.1.6 write `local` for an instance whatever its clock is. The kernel's own list is right.
    private mutating func correctClocks() {
        guard let clock = clockOption else { return }
        for index in buffers.indices where ["local", nil].contains(buffers[index].clock) {
            buffers[index].clock = clock
        }
    }

    /// Data of two CPUs in one place is damage, and reading it again and again could take for ever.
    private mutating func rejectSharedData() {
        let cpus = buffers.indices.flatMap { buffer in buffers[buffer].cpus.indices.map { (buffer, $0) } }
        let ordered = cpus.sorted { buffers[$0.0].cpus[$0.1].offset < buffers[$1.0].cpus[$1.1].offset }
        var end = 0
        for (buffer, index) in ordered where buffers[buffer].cpus[index].size > 0 {
            let cpu = buffers[buffer].cpus[index]
            if cpu.offset < end {
                let reason = TraceFileError.Reason.damaged(.cpuTable, "CPU \(cpu.id) shares its data with another one")
                damage.append(TraceFileError(reason: reason, offset: cpu.offset))
                buffers[buffer].cpus[index].size = 0
            } else {
                end = cpu.end
            }
        }
    }

    /// Performs a step. If it fails, the file has this damage, and the steps that do not need it go on.
    mutating func attempt(_ step: (inout TraceFileLayout) throws(TraceFileError) -> Void) -> Bool {
        do throws(TraceFileError) {
            try step(&self)
            return true
        } catch {
            damage.append(error)
            return false
        }
    }

    private mutating func readHeaderInfo(_ cursor: inout TraceFileCursor) throws(TraceFileError) {
        guard try cursor.passes("header_page\0") else { throw cursor.damaged("it does not begin with 'header_page'") }
        // An event says nothing that readers need.
        let text = try cursor.bytes(try cursor.size(UInt64.self))
        ringBuffer = RingBufferLayout(text, longSize: header.longSize)
        guard try cursor.passes("header_event\0") else { throw cursor.damaged("it has no 'header_event'") }
        try cursor.skip(try cursor.size(UInt64.self))
    }

    /// The number of CPUs, by the option that says so.
    var cpuCountOption: Int? {
        guard let option = options.first(where: { $0.known == .cpuCount }), option.bytes.count == 4 else { return nil }
        let bytes = header.isBigEndian ? option.bytes : option.bytes.reversed()
        return bytes.reduce(0) { $0 << 8 | Int($1) }
    }

    private var clockOption: String? {
        options.first { $0.known == .traceClock }?.text.flatMap(TraceFileBuffer.clock(in:))
    }
}

// MARK: - Version 6: one part after the other

extension TraceFileLayout {
    private mutating func readVersion6(_ storage: TraceFileStorage) {
        let rest = header.end..<storage.count
        var cursor = TraceFileCursor(storage, rest, part: .headerInfo, isBigEndian: header.isBigEndian)
        let isWhole = attempt { (layout) throws(TraceFileError) in
            try layout.readSection(&cursor) { (layout, cursor) throws(TraceFileError) in
                try layout.readHeaderInfo(&cursor)
            }
            cursor = cursor.reading(.ftraceFormats)
            try layout.readSection(&cursor) { (layout, cursor) throws(TraceFileError) in
                try layout.formats.addFtraceFormats(&cursor)
            }
            cursor = cursor.reading(.eventFormats)
            try layout.readSection(&cursor) { (layout, cursor) throws(TraceFileError) in
                try layout.formats.addEventFormats(&cursor)
            }
            for part in [TraceFilePart.symbols, .printkFormats] {
                cursor = cursor.reading(part)
                try layout.readSection(&cursor) { (_, cursor) throws(TraceFileError) in
                    try cursor.skip(try cursor.size(UInt32.self))
                }
            }
            cursor = cursor.reading(.commandLines)
            try layout.readSection(&cursor) { (_, cursor) throws(TraceFileError) in
                try cursor.skip(try cursor.size(UInt64.self))
            }
            cursor = cursor.reading(.cpuTable)
            let cpuCount = Int(try cursor.integer(UInt32.self))
            try layout.readTop(cpuCount: cpuCount, &cursor)
        }
        if !isWhole, buffers.isEmpty { recoverVersion6(storage, from: cursor.position) }
    }

    /// Reads the part at the cursor and notes where it is.
    private mutating func readSection(
        _ cursor: inout TraceFileCursor,
        content: (inout TraceFileLayout, inout TraceFileCursor) throws(TraceFileError) -> Void
    ) throws(TraceFileError) {
        let start = cursor.position
        try content(&self, &cursor)
        sections[cursor.part] = TraceFileSection(part: cursor.part, range: start..<cursor.position)
    }

    /// Reads what follows the number of CPUs: the options, if there are any, and the data of the top buffer.
    private mutating func readTop(cpuCount: Int, _ cursor: inout TraceFileCursor) throws(TraceFileError) {
        if try cursor.passes("options  \0") {
            cursor = cursor.reading(.options)
            while true {
                let id = Int(try cursor.integer(UInt16.self))
                guard id != 0 else { break }
                let size = try cursor.size(UInt32.self)
                let offset = cursor.position
                options.append(TraceFileOption(id: id, bytes: try cursor.bytes(size), offset: offset))
            }
            cursor = cursor.reading(.cpuTable)
        }
        try readBuffer(instance: nil, cpuCount: cpuCount, &cursor)
        for option in options where option.known == .buffer {
            _ = attempt { (layout) throws(TraceFileError) in
                try layout.readInstance(option, cpuCount: cpuCount, cursor.storage)
            }
        }
    }

    private mutating func readInstance(
        _ option: TraceFileOption, cpuCount: Int, _ storage: TraceFileStorage
    ) throws(TraceFileError) {
        let range = option.offset..<option.offset + option.bytes.count
        var cursor = TraceFileCursor(storage, range, part: .options, isBigEndian: header.isBigEndian)
        let offset = try cursor.offset()
        // In some files the name has no zero byte.
        let name = String(decoding: option.bytes.dropFirst(8).prefix { $0 != 0 }, as: UTF8.self)
        guard offset < storage.count else { throw TraceFileError(reason: .truncated(.cpuTable), offset: offset) }
        var table = TraceFileCursor(storage, offset..<storage.count, part: .cpuTable, isBigEndian: header.isBigEndian)
        try readBuffer(instance: TraceFileBuffer.instance(named: name), cpuCount: cpuCount, &table)
    }

    private mutating func readBuffer(
        instance: String?, cpuCount: Int, _ cursor: inout TraceFileCursor
    ) throws(TraceFileError) {
        if try cursor.passes("flyrecord\0") {
            buffers.append(
                try TraceFileBuffer(
                    instance: instance, cpuCount: cpuCount, clock: clockOption, header: header, &cursor))
        } else if try cursor.passes("latency  \0") {
            let section = TraceFileSection(part: .text, range: cursor.position..<cursor.end)
            texts.append(TraceFileText(instance: instance, clock: clockOption, section: section))
        } else {
            throw cursor.damaged("neither 'flyrecord' nor 'latency'")
        }
    }
}

// MARK: - Version 7: sections that the options point to

extension TraceFileLayout {
    private mutating func readVersion7(_ storage: TraceFileStorage) {
        var isWhole = readOptionChain(storage)
        for option in options { isWhole = follow(option, storage) && isWhole }
        if !isWhole { recoverVersion7(storage) }
    }

    /// Reads the options sections, each of which says where the next one is.
    private mutating func readOptionChain(_ storage: TraceFileStorage) -> Bool {
        var next = header.optionsOffset ?? 0
        var seen: Set<Int> = []
        while next != 0 {
            guard seen.insert(next).inserted else {
                damage.append(TraceFileError(reason: .damaged(.options, "they point to themselves"), offset: next))
                return false
            }
            let isRead = attempt { (layout) throws(TraceFileError) in
                let section = try TraceFileSectionHeader(storage, at: next, isBigEndian: layout.header.isBigEndian)
                next = try layout.readOptions(section, storage)
            }
            guard isRead else { return false }
        }
        return !seen.isEmpty
    }

    /// Reads one options section. Returns where the next one is; 0 for nowhere.
    mutating func readOptions(_ header: TraceFileSectionHeader, _ storage: TraceFileStorage) throws(TraceFileError)
        -> Int
    {
        readSections.insert(header.offset)
        guard header.id == TraceFileSectionHeader.optionsID else {
            throw TraceFileError(reason: .damaged(.options, "it is section \(header.id)"), offset: header.offset)
        }
        let section = try header.section(.options, storage, isBigEndian: self.header.isBigEndian)
        var cursor = try section.open(storage, self.header)
        while cursor.remaining > 0 {
            let id = Int(try cursor.integer(UInt16.self))
            let size = try cursor.size(UInt32.self)
            guard id != 0 else { return size >= 8 ? try cursor.offset() : 0 }
            let offset = cursor.fileOffset
            options.append(TraceFileOption(id: id, bytes: try cursor.bytes(size), offset: offset))
        }
        guard section.range.upperBound <= storage.count else { throw cursor.truncated }
        return 0
    }

    /// Reads the section that an option points to. Returns false if it could not be read.
    mutating func follow(_ option: TraceFileOption, _ storage: TraceFileStorage) -> Bool {
        attempt { (layout) throws(TraceFileError) in
            switch option.known {
            case .buffer:
                let buffer = try TraceFileBuffer(option, storage, layout.header)
                layout.buffers.append(buffer)
                var cursor = layout.cursor(option)
                layout.readSections.insert(try cursor.offset())
            case .text: try layout.readText(option, storage)
            case .headerInfo, .ftraceFormats, .eventFormats, .symbols, .printkFormats, .commandLines:
                var cursor = layout.cursor(option)
                let offset = try cursor.offset()
                guard !layout.readSections.contains(offset) else { return }
                try layout.readSection(
                    try TraceFileSectionHeader(storage, at: offset, isBigEndian: layout.header.isBigEndian), storage)
            default: break
            }
        }
    }

    private func cursor(_ option: TraceFileOption) -> TraceFileCursor {
        TraceFileCursor(
            TraceFileStorage(bytes: option.bytes), 0..<option.bytes.count, part: .options, partOffset: option.offset,
            isBigEndian: header.isBigEndian)
    }

    private mutating func readText(_ option: TraceFileOption, _ storage: TraceFileStorage) throws(TraceFileError) {
        var cursor = cursor(option)
        let offset = try cursor.offset()
        let name = try cursor.string()
        let clock = (try? cursor.string()).flatMap(TraceFileBuffer.clock(in:))
        let section = try TraceFileSectionHeader(storage, at: offset, isBigEndian: header.isBigEndian)
        texts.append(
            TraceFileText(
                instance: TraceFileBuffer.instance(named: name), clock: clock,
                section: try section.section(.text, storage, isBigEndian: header.isBigEndian)))
    }

    /// Reads a section that describes the trace, by its number.
    mutating func readSection(_ header: TraceFileSectionHeader, _ storage: TraceFileStorage) throws(TraceFileError) {
        readSections.insert(header.offset)
        let part: TraceFilePart
        switch TraceFileOption.Known(rawValue: header.id) {
        case .headerInfo: part = .headerInfo
        case .ftraceFormats: part = .ftraceFormats
        case .eventFormats: part = .eventFormats
        case .symbols: part = .symbols
        case .printkFormats: part = .printkFormats
        case .commandLines: part = .commandLines
        default: return
        }
        let section = try header.section(part, storage, isBigEndian: self.header.isBigEndian)
        sections[part] = section
        switch part {
        case .headerInfo:
            var cursor = try section.open(storage, self.header)
            try readHeaderInfo(&cursor)
        case .ftraceFormats:
            var cursor = try section.open(storage, self.header)
            try formats.addFtraceFormats(&cursor)
        case .eventFormats:
            var cursor = try section.open(storage, self.header)
            try formats.addEventFormats(&cursor)
        default: break
        }
    }
}
