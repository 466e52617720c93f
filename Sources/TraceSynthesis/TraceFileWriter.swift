import CZlib
import CZstd
package import Ftrace

/// Writes `trace.dat` files, for tests, the fuzzer and the benchmark. Its input may be far bigger than memory should hold in
/// a reader; a writer for measurements may take it.
package struct TraceFileWriter {
    /// How the sections of version 7 are compressed.
    package enum Compression: String, Sendable, CaseIterable {
        case none, zstd, zlib
    }

    /// Pages that are compressed together, as trace-cmd does.
    private static let pagesInChunk = 10

    private let content: TraceFileContent
    private var bytes: [UInt8] = []

    private init(_ content: TraceFileContent) {
        self.content = content
    }

    // MARK: Numbers

    private mutating func put<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: content.isBigEndian ? value.bigEndian : value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private mutating func set(_ value: Int, at offset: Int) {
        withUnsafeBytes(of: content.isBigEndian ? UInt64(value).bigEndian : UInt64(value).littleEndian) { word in
            for index in 0..<8 { bytes[offset + index] = word[index] }
        }
    }

    private mutating func put(_ text: String) { bytes += Array(text.utf8) + [0] }

    private mutating func align() {
        let rest = bytes.count % content.pageSize
        if rest > 0 { bytes += [UInt8](repeating: 0, count: content.pageSize - rest) }
    }

    private mutating func putStart(version: Int) {
        bytes = [0x17, 0x08, 0x44] + Array("tracing".utf8)
        put(String(version))
        bytes += [content.isBigEndian ? 1 : 0, UInt8(content.longSize)]
        put(UInt32(content.pageSize))
    }

    // MARK: Version 6

    /// The parts in the order of version 6.
    private static let parts: [(part: TraceFilePart, id: Int)] = [
        (.headerInfo, 16), (.ftraceFormats, 17), (.eventFormats, 18), (.symbols, 19), (.printkFormats, 20),
        (.commandLines, 21),
    ]

    /// The file in version 6.
    package static func version6(_ content: TraceFileContent) -> [UInt8] {
        var writer = TraceFileWriter(content)
        writer.putVersion6()
        return writer.bytes
    }

    private mutating func putVersion6() {
        putStart(version: 6)
        for (part, _) in Self.parts { bytes += content.sections[part] ?? [] }
        let count = content.buffers.map(\.cpus.count).max() ?? 0
        put(UInt32(count))
        bytes += Array("options  ".utf8) + [0]
        for (id, data) in content.options {
            put(UInt16(id))
            put(UInt32(data.count))
            bytes += data
        }
        let instances = content.buffers.filter { !$0.instance.isEmpty }
        var places: [Int] = []
        for buffer in instances {
            put(UInt16(3))
            put(UInt32(8 + buffer.instance.utf8.count + 1))
            places.append(bytes.count)
            put(UInt64(0))
            put(buffer.instance)
        }
        put(UInt16(0))
        let top = content.buffers.first { $0.instance.isEmpty }
        putBuffer(top?.cpus ?? [], clock: top?.clock ?? "local", count: count)
        for (buffer, place) in zip(instances, places) {
            set(bytes.count, at: place)
            putBuffer(buffer.cpus, clock: buffer.clock, count: count)
        }
    }

    private mutating func putBuffer(_ cpus: [TraceFileContent.CPU], clock: String, count: Int) {
        bytes += Array("flyrecord".utf8) + [0]
        let table = bytes.count
        for _ in 0..<count {
            put(UInt64(0))
            put(UInt64(0))
        }
        put(UInt64(clock.utf8.count + 3))
        put("[\(clock)]")
        for (index, cpu) in cpus.enumerated() {
            align()
            set(bytes.count, at: table + 16 * index)
            set(cpu.pages.count, at: table + 16 * index + 8)
            bytes += cpu.pages
        }
    }

    // MARK: Version 7

    /// The file in version 7.
    package static func version7(_ content: TraceFileContent, _ compression: Compression) -> [UInt8] {
        var writer = TraceFileWriter(content)
        writer.putVersion7(compression)
        return writer.bytes
    }

    private mutating func putVersion7(_ compression: Compression) {
        putStart(version: 7)
        put(compression.rawValue)
        put("1")
        let first = bytes.count
        put(UInt64(0))
        var options = content.options
        for (part, id) in Self.parts {
            guard let data = content.sections[part] else { continue }
            options.append((id, number(bytes.count)))
            putSection(id, data, compression)
        }
        set(bytes.count, at: first)
        let next = putOptions(options)
        var buffers: [(id: Int, bytes: [UInt8])] = []
        for buffer in content.buffers { buffers.append((3, putBuffer(buffer, compression))) }
        set(bytes.count, at: next)
        _ = putOptions(buffers)
    }

    private func number(_ value: Int) -> [UInt8] {
        withUnsafeBytes(of: content.isBigEndian ? UInt64(value).bigEndian : UInt64(value).littleEndian) { Array($0) }
    }

    private mutating func putSection(_ id: Int, _ data: [UInt8], _ compression: Compression) {
        put(UInt16(id))
        put(UInt16(compression == .none ? 0 : 1))
        put(UInt32(0))
        let block = Self.compress(data, compression)
        put(UInt64(compression == .none ? data.count : block.count + 8))
        if compression != .none {
            put(UInt32(block.count))
            put(UInt32(data.count))
        }
        bytes += block
    }

    /// Returns where the offset of the next options section goes.
    private mutating func putOptions(_ options: [(id: Int, bytes: [UInt8])]) -> Int {
        put(UInt16(0))
        put(UInt16(0))
        put(UInt32(0))
        put(UInt64(options.reduce(14) { $0 + 6 + $1.bytes.count }))
        for (id, data) in options {
            put(UInt16(id))
            put(UInt32(data.count))
            bytes += data
        }
        put(UInt16(0))
        put(UInt32(8))
        put(UInt64(0))
        return bytes.count - 8
    }

    /// Returns the option that describes the buffer.
    private mutating func putBuffer(_ buffer: TraceFileContent.Buffer, _ compression: Compression) -> [UInt8] {
        var option = TraceFileWriter(content)
        option.put(UInt64(bytes.count))
        option.put(buffer.instance)
        option.put(buffer.clock)
        option.put(UInt32(buffer.pageSize))
        option.put(UInt32(buffer.cpus.count))
        put(UInt16(3))
        put(UInt16(compression == .none ? 0 : 1))
        put(UInt32(0))
        let size = bytes.count
        put(UInt64(0))
        for cpu in buffer.cpus {
            align()
            let start = bytes.count
            if compression == .none { bytes += cpu.pages } else { putChunks(cpu.pages, buffer.pageSize, compression) }
            option.put(UInt32(cpu.id))
            option.put(UInt64(start))
            option.put(UInt64(bytes.count - start))
        }
        set(bytes.count - size - 8, at: size)
        return option.bytes
    }

    private mutating func putChunks(_ pages: [UInt8], _ pageSize: Int, _ compression: Compression) {
        let step = Self.pagesInChunk * pageSize
        put(UInt32((pages.count + step - 1) / step))
        for start in stride(from: 0, to: pages.count, by: step) {
            let chunk = Array(pages[start..<min(pages.count, start + step)])
            let block = Self.compress(chunk, compression)
            put(UInt32(block.count))
            put(UInt32(chunk.count))
            bytes += block
        }
    }

    /// The chunks of version 7 without the file around them: zstd frames one after the other.
    package static func frames(_ content: TraceFileContent) -> [UInt8] {
        var frames: [UInt8] = []
        for buffer in content.buffers {
            let step = pagesInChunk * buffer.pageSize
            for cpu in buffer.cpus {
                for start in stride(from: 0, to: cpu.pages.count, by: step) {
                    frames += compress(Array(cpu.pages[start..<min(cpu.pages.count, start + step)]), .zstd)
                }
            }
        }
        return frames
    }

    private static func compress(_ data: [UInt8], _ compression: Compression) -> [UInt8] {
        switch compression {
        case .none: return data
        case .zstd:
            return [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(data.count)) { buffer, count in
                count = ZSTD_compress(buffer.baseAddress, buffer.count, data, data.count, 3)
            }
        case .zlib:
            return [UInt8](unsafeUninitializedCapacity: Int(compressBound(uLong(data.count)))) { buffer, count in
                var size = uLongf(buffer.count)
                compress2(buffer.baseAddress, &size, data, uLong(data.count), 6)
                count = Int(size)
            }
        }
    }
}
