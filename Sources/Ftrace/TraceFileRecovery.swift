// What is left of a file that was cut, or whose tables are damaged: the parts that can be found without them.

// MARK: - Version 6

extension TraceFileLayout {
    /// The table of CPUs is found by the word before it, if it comes within so many bytes.
    private static let farthestTable = 64 << 20
    private static let tableWord = Array("flyrecord\0".utf8)

    mutating func recoverVersion6(_ storage: TraceFileStorage, from position: Int) {
        guard let word = Self.findTable(storage, from: position) else { return }
        let range = (word + Self.tableWord.count)..<storage.count
        var cursor = TraceFileCursor(storage, range, part: .cpuTable, isBigEndian: header.isBigEndian)
        var buffer = TraceFileBuffer(
            instance: nil, clock: nil, pageSize: header.pageSize, isCompressed: false, cpus: [], isRecovered: true)
        var end = cursor.position
        // The number of CPUs is not known: the table goes on as long as the data of each lies behind that of the one before.
        while let offset = try? cursor.offset(), let size = try? cursor.offset() {
            guard offset >= end, offset < storage.count, offset % header.pageSize == 0 else { break }
            let cpu = TraceFileCPU(id: buffer.cpus.count, offset: offset, size: size)
            buffer.cpus.append(cpu)
            end = cpu.end
        }
        if !buffer.cpus.isEmpty { buffers.append(buffer) }
    }

    private static func findTable(_ storage: TraceFileStorage, from position: Int) -> Int? {
        let step = 1 << 20
        for start in stride(from: position, to: min(storage.count, position + farthestTable), by: step) {
            guard let bytes = try? storage.bytes(start..<start + step + tableWord.count) else { return nil }
            var index = 0
            while let found = bytes[index...].firstIndex(of: tableWord[0]) {
                if bytes[found...].starts(with: tableWord) { return start + found }
                index = found + 1
            }
        }
        return nil
    }
}

// MARK: - Version 7

extension TraceFileLayout {
    /// No recorder writes so many sections, and none with a higher number.
    private static let mostSections = 1_000
    private static let sectionIDs = 0...64

    /// The sections follow one another.
    mutating func recoverVersion7(_ storage: TraceFileStorage) {
        var offset = header.end
        for _ in 0..<Self.mostSections where offset < storage.count {
            guard let section = try? TraceFileSectionHeader(storage, at: offset, isBigEndian: header.isBigEndian),
                Self.sectionIDs.contains(section.id), !section.content.isEmpty
            else { return }
            offset = section.content.upperBound
            if section.id == TraceFileSectionHeader.bufferID, let end = recoverBuffer(section, storage) {
                offset = max(offset, end)
            } else if !readSections.contains(section.offset) {
                recover(section, storage)
            }
        }
    }

    private mutating func recover(_ section: TraceFileSectionHeader, _ storage: TraceFileStorage) {
        _ = attempt { (layout) throws(TraceFileError) in
            guard section.id == TraceFileSectionHeader.optionsID else {
                return try layout.readSection(section, storage)
            }
            let known = layout.options.count
            _ = try layout.readOptions(section, storage)
            for option in layout.options[known...] { _ = layout.follow(option, storage) }
        }
    }

    /// Returns where a buffer's section ends, which does not count all its bytes in its size; nil if it is not known.
    private mutating func recoverBuffer(_ section: TraceFileSectionHeader, _ storage: TraceFileStorage) -> Int? {
        let start = aligned(section.content.lowerBound)
        if let buffer = buffers.first(where: { $0.cpus.first?.offset == start }) {
            return buffer.cpus.map(\.end).max()
        }
        guard !readSections.contains(section.offset) else { return nil }
        let end = min(section.content.upperBound, storage.count)
        let cpus = section.isCompressed ? compressedCPUs(storage, start, end) : plainCPUs(storage, start, end)
        guard !cpus.isEmpty else { return nil }
        buffers.append(
            TraceFileBuffer(
                instance: nil, clock: nil, pageSize: header.pageSize, isCompressed: section.isCompressed, cpus: cpus,
                isRecovered: true))
        return cpus.last?.end
    }

    private func aligned(_ offset: Int) -> Int {
        (offset + header.pageSize - 1) / header.pageSize * header.pageSize
    }

    /// The data of each CPU begins with the number of its chunks, and each chunk with its size.
    private func compressedCPUs(_ storage: TraceFileStorage, _ start: Int, _ end: Int) -> [TraceFileCPU] {
        var cpus: [TraceFileCPU] = []
        var offset = start
        while offset < end {
            var cursor = TraceFileCursor(
                storage, offset..<storage.count, part: .chunk, isBigEndian: header.isBigEndian)
            guard let count = try? cursor.integer(UInt32.self), count > 0 else { break }
            var passed = 0
            while passed < count, let size = try? cursor.integer(UInt32.self),
                (try? cursor.skip(4 + Int(size))) != nil
            { passed += 1 }
            guard passed > 0 else { break }
            let stop = passed == count ? cursor.position : storage.count
            cpus.append(TraceFileCPU(id: cpus.count, offset: offset, size: stop - offset))
            offset = aligned(stop)
        }
        return cpus
    }

    /// Pages of a CPU follow one another in time: where the time falls, the next CPU begins.
    private func plainCPUs(_ storage: TraceFileStorage, _ start: Int, _ end: Int) -> [TraceFileCPU] {
        var cpus: [TraceFileCPU] = []
        var last: UInt64?
        for page in stride(from: start, to: end, by: header.pageSize) {
            let range = min(page + ringBuffer.timeOffset, end)..<end
            var cursor = TraceFileCursor(storage, range, part: .page, isBigEndian: header.isBigEndian)
            guard let time = try? cursor.integer(UInt64.self) else { break }
            if last.map({ time < $0 }) ?? true {
                cpus.append(TraceFileCPU(id: cpus.count, offset: page, size: 0))
            }
            cpus[cpus.count - 1].size += min(header.pageSize, end - page)
            last = time
        }
        return cpus
    }
}
