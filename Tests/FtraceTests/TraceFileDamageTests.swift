import Glibc
import TestSupport
import Testing
import TraceSynthesis

@testable import Ftrace

/// Whatever happens to a file, reading it ends, says what is wrong, and gives what is left.
@Suite("Damaged trace.dat")
struct TraceFileDamageTests {
    /// A recording that is small in every storage: four pages on two CPUs, few formats.
    static let content: TraceFileContent = {
        var trace = TraceFileFormatTests.trace(Machine.all[0])
        trace.options = [
            (5, Array("Linux (none) 6.1.0-56-amd64 x86_64\0".utf8)), (9, Array("3.1.6\0".utf8)),
            (4, Array("local global [mono]\n\0".utf8)), (2, Array("CPU: 0\nentries: 12\n\0".utf8)),
        ]
        func pages(_ first: UInt64) -> [UInt8] {
            (0..<2).flatMap { number in
                var page = trace.page(time: first + UInt64(number) * 100_000)
                for _ in 0..<20 {
                    page.event(
                        trace.head(5, pid: 1) + trace.long(0xFFFF_FFFF_8100_0000) + Array("a note\0".utf8), delta: 9)
                    page.event(
                        trace.head(1_700, pid: 42) + trace.long(0) + trace.long(0) + trace.number(Int32(-22)), delta: 8)
                    page.event(
                        trace.head(4, pid: 42) + trace.number(UInt32(1)) + trace.number(UInt32(0)) + trace.long(0),
                        delta: 1)
                    page.discarded(16, delta: 3)
                    page.timeExtend(500)
                }
                return page.page(lost: number == 1 ? .some(3) : .none)
            }
        }
        trace.buffer("", [pages(1_000), pages(1_500)])
        return trace.content
    }()

    static let count = 160

    /// Reads everything that can be read. Returns the number of records and of errors; nil if the file is refused.
    @discardableResult
    private func read(_ bytes: [UInt8]) -> (records: Int, errors: Int, first: TraceFileError?)? {
        do {
            let file = try TraceFile(bytes: bytes)
            var records = 0
            let reading = file.read(TraceSelection { _, _ in true }) { _ in records += 1 }
            let inspection = file.inspect()
            for text in file.texts { _ = try? file.bytes(text) }
            // No file has more events than fit in its pages.
            #expect(records <= bytes.count * 16)
            #expect(reading.damage.allSatisfy { !$0.description.isEmpty && $0.offset >= 0 })
            return (records, max(reading.damageCount, inspection.damageCount), reading.damage.first)
        } catch {
            #expect(error.offset >= 0 && error.offset <= bytes.count)
            return nil
        }
    }

    private static func peakMemory() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss
    }

    @Test("The whole file has no damage", arguments: Storage.allCases)
    func whole(_ storage: Storage) throws {
        let result = try #require(read(storage.bytes(Self.content)))
        #expect(result.records == Self.count)
        #expect(result.errors == 0)
    }

    @Test("Cut at any of 2,000 places: an error, and what stands before it", arguments: Storage.allCases)
    func truncation(_ storage: Storage) throws {
        let bytes = storage.bytes(Self.content)
        let step = max(1, bytes.count / 2_000)
        var last = 0
        for length in stride(from: 0, to: bytes.count, by: step) {
            guard let result = read(Array(bytes[..<length])) else { continue }
            #expect(result.records < Self.count ? result.errors > 0 : true, "cut at \(length)")
            #expect(result.records >= last, "cut at \(length)")
            last = result.records
        }
        #expect(last > Self.count / 2)
    }

    /// Where the numbers are that tell how to read the rest: headers, tables, options, the beginnings of pages and chunks.
    private func structure(_ bytes: [UInt8]) throws -> [Int] {
        let file = try TraceFile(bytes: bytes)
        var places = Set(0..<min(bytes.count, 120))
        for option in file.options {
            places.formUnion(option.offset - 24..<option.offset + min(24, option.bytes.count))
        }
        for section in file.layout.sections.values {
            places.formUnion(section.range.lowerBound - 24..<section.range.lowerBound + 12)
        }
        for cpu in file.buffers.flatMap(\.cpus) {
            for page in stride(from: cpu.offset, to: cpu.offset + cpu.size, by: 4_096) {
                places.formUnion(page - 4..<page + 40)
            }
        }
        if let table = bytes.firstRange(of: Array("flyrecord".utf8)) {
            places.formUnion(table.lowerBound - 8..<table.lowerBound + 60)
        }
        return places.filter(bytes.indices.contains).sorted()
    }

    @Test("Any byte of the structure flipped: it ends, in bounded memory", arguments: Storage.allCases)
    func flips(_ storage: Storage) throws {
        let bytes = storage.bytes(Self.content)
        let before = Self.peakMemory()
        for place in try structure(bytes) {
            for mask in [0xFF, 1 << UInt8(place % 8)] as [UInt8] {
                var damaged = bytes
                damaged[place] ^= mask
                read(damaged)
            }
        }
        #expect(Self.peakMemory() - before < 400_000, "kilobytes")
    }

    @Test("Any bytes behind a good beginning", arguments: Storage.allCases)
    func noise(_ storage: Storage) throws {
        let bytes = storage.bytes(Self.content)
        for seed in 0..<300 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...40, using: &random) {
                let place = Int.random(in: 12..<bytes.count, using: &random)
                damaged[place] =
                    [0, 1, 0x7F, 0xFF, UInt8.random(in: 0...255, using: &random)].randomElement(using: &random) ?? 0
            }
            read(damaged)
        }
    }

    @Test("What the fuzzer begins with, and what it has found")
    func seeds() throws {
        let seeds = try RecordedTrace.seeds()
        #expect(seeds.count >= 5)
        for seed in seeds { read(seed) }
    }

    @Test("A chunk that cannot be decompressed costs its own pages")
    func chunk() throws {
        var content = try TraceFileContent(TraceFile(path: RecordedTrace(name: "callbacks-v7-zstd").path))
        content.keepSymbols { _ in false }
        var bytes = TraceFileWriter.version7(content, .zstd)
        let whole = try #require(read(bytes))
        let file = try TraceFile(bytes: bytes)
        let cpu = try #require(file.buffers.first?.cpus.first)
        for offset in 0..<20 { bytes[cpu.offset + 12 + 40 + offset] ^= 0x5A }
        let result = try #require(read(bytes))
        #expect(result.errors == 1)
        #expect(result.first?.reason.isDamagedChunk == true)
        #expect(result.first?.offset == cpu.offset + 4)
        #expect(result.records > whole.records / 2 && result.records < whole.records)
    }

    @Test("A page that contradicts itself costs its own events")
    func page() throws {
        var bytes = Storage.plain.bytes(Self.content)
        let cpu = try #require(try TraceFile(bytes: bytes).buffers.first?.cpus.first)
        bytes[cpu.offset + 9] = 0xFF
        let result = try #require(read(bytes))
        #expect(result.records == Self.count * 3 / 4)
        #expect(result.errors == 1)
        #expect(result.first?.offset == cpu.offset)
        #expect(
            result.first?.description
                == "has a damaged ring buffer page at offset \(cpu.offset): it says that 65424 of its 4096 bytes are used."
                || result.first?.reason.isDamagedPage == true)
    }

    @Test(
        "Without the table of CPUs the data is found by its own marks",
        arguments: [Storage.version6, .plain, .zstd, .zlib])
    func recovery(_ storage: Storage) throws {
        var bytes = storage.bytes(Self.content)
        if storage == .version6 {
            // The size of the symbols.
            let symbols = try #require(try TraceFile(bytes: bytes).layout.sections[.symbols]?.range.lowerBound)
            bytes[symbols + 3] = 0x7F
        } else {
            // Behind the data stand the options with the table.
            let end = try #require(try TraceFile(bytes: bytes).buffers.last?.cpus.last.map { $0.offset + $0.size })
            bytes.removeSubrange(end...)
        }
        let file = try TraceFile(bytes: bytes)
        #expect(file.buffers.map(\.isRecovered) == [true])
        #expect(file.buffers.first?.cpus.count == 2)
        #expect(!file.damage.isEmpty)
        let (records, _) = file.all()
        #expect(records.count == Self.count)
    }

    @Test("Files that are none are refused with a reason")
    func refused() throws {
        func reason(_ bytes: [UInt8]) -> TraceFileError.Reason? {
            do {
                _ = try TraceFile(bytes: bytes)
                return nil
            } catch {
                return error.reason
            }
        }
        #expect(reason([]) == .notATraceFile)
        #expect(reason(Array("livepatch: enabling patch\n".utf8)) == .notATraceFile)
        let magic = TraceFileHeader.magic
        #expect(reason(magic + Array("5\0".utf8)) == .unsupportedVersion("5"))
        #expect(reason(magic) == .truncated(.header))
        let compressed =
            magic + Array("7\0".utf8) + [0, 8, 0, 16, 0, 0] + Array("lz4\01\0".utf8) + [UInt8](repeating: 0, count: 8)
        #expect(reason(compressed) == .unsupportedCompression("lz4"))
        #expect(throws: TraceFileError.self) { try TraceFile(path: "/nowhere/trace.dat") }
        #expect(throws: TraceFileError(reason: .isDirectory, offset: 0)) { try TraceFile(path: "/") }
    }

    @Test("Two CPUs cannot have the same data")
    func sharedData() throws {
        var bytes = Storage.version6.bytes(Self.content)
        let table = try #require(bytes.firstRange(of: Array("flyrecord\0".utf8))).upperBound
        for index in 0..<8 { bytes[table + 16 + index] = bytes[table + index] }
        let result = try #require(read(bytes))
        #expect(result.records == Self.count / 2)
        #expect(result.errors == 1)
    }
}

extension TraceFileError.Reason {
    fileprivate var isDamagedChunk: Bool { if case .damaged(.chunk, _) = self { true } else { false } }
    fileprivate var isDamagedPage: Bool { if case .damaged(.page, _) = self { true } else { false } }
}
