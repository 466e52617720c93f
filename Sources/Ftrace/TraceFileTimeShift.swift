/// How the stamps of a guest differ from those of its host (the option TIME_SHIFT), measured for each CPU now and then while
/// the trace was recorded.
struct TraceFileTimeShift {
    /// One measurement.
    private struct Sample {
        var time: UInt64
        var offset: Int64
        var scaling: UInt64
        var fraction: UInt64
    }

    /// What is between two measurements is interpolated.
    private static let interpolates: UInt64 = 1

    private let isInterpolated: Bool
    /// By CPU, ascending; no two of a CPU have the same time.
    private var cpus: [[Sample]] = []

    /// Reads the option. Nil if it is cut: then nothing is shifted.
    init?(_ bytes: [UInt8], isBigEndian: Bool) {
        var numbers = Numbers(bytes: bytes, isBigEndian: isBigEndian)
        // The peer's number comes first.
        guard numbers.next(8) != nil, let flags = numbers.next(4), let count = numbers.next(4), count <= bytes.count
        else { return nil }
        isInterpolated = flags & Self.interpolates != 0
        for _ in 0..<count {
            guard let samples = numbers.next(4).flatMap(Int.init(exactly:)), let times = numbers.array(samples),
                let offsets = numbers.array(samples), let scalings = numbers.array(samples)
            else { return nil }
            cpus.append(
                times.indices.map { index in
                    Sample(
                        time: times[index], offset: Int64(bitPattern: offsets[index]), scaling: scalings[index],
                        fraction: 0)
                })
        }
        // Older recorders do not write them.
        for cpu in cpus.indices {
            let fractions = numbers.array(cpus[cpu].count) ?? []
            for index in fractions.indices { cpus[cpu][index].fraction = fractions[index] }
            cpus[cpu] = Self.ascending(cpus[cpu])
        }
    }

    private static func ascending(_ samples: [Sample]) -> [Sample] {
        var ascending: [Sample] = []
        let order = samples.indices.sorted { (samples[$0].time, $0) < (samples[$1].time, $1) }
        for index in order where ascending.last?.time != samples[index].time { ascending.append(samples[index]) }
        return ascending
    }

    /// The host's stamp for one of the guest.
    func time(_ stamp: UInt64, cpu: Int) -> UInt64 {
        guard cpus.indices.contains(cpu), let first = cpus[cpu].first else { return stamp }
        let samples = cpus[cpu]
        guard samples.count > 1 else { return stamp &+ UInt64(bitPattern: first.offset) }
        // The last measurement that is not later, but one that another one follows.
        var low = 0
        var high = samples.count - 1
        while high - low > 1 {
            let middle = (low + high) / 2
            if samples[middle].time <= stamp { low = middle } else { high = middle }
        }
        let (sample, next) = (samples[low], samples[low + 1])
        var offset = sample.offset
        if isInterpolated {
            let delta = Int64(bitPattern: next.time &- sample.time)
            let passed = Int64(bitPattern: stamp &- sample.time)
            let product = passed &* (next.offset &- sample.offset)
            if delta > 0 { offset &+= (product &+ delta / 2) / delta }
        }
        let scaled = sample.fraction < 64 ? (stamp &* sample.scaling) >> sample.fraction : 0
        return scaled &+ UInt64(bitPattern: offset)
    }
}

/// Numbers one after the other.
private struct Numbers {
    let bytes: [UInt8]
    let isBigEndian: Bool
    private var position = 0

    init(bytes: [UInt8], isBigEndian: Bool) {
        self.bytes = bytes
        self.isBigEndian = isBigEndian
    }

    mutating func next(_ size: Int) -> UInt64? {
        let value = bytes.withUnsafeBytes {
            RingBufferPayload($0, isBigEndian: isBigEndian).integer(at: position, size: size)
        }
        if value != nil { position += size }
        return value
    }

    /// So many numbers of 64 bits; nil if there are not so many.
    mutating func array(_ count: Int) -> [UInt64]? {
        guard count <= (bytes.count - position) / 8 else { return nil }
        return (0..<count).compactMap { _ in next(8) }
    }
}
