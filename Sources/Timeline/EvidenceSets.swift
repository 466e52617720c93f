import KernelLog

/// Which sources belong together, and the boots that they show.
public enum EvidenceSets {
    /// The boots of all sources, in the order in which the sources were named.
    public static func boots(of sources: [Source]) -> [Boot] {
        sources.enumerated().flatMap { index, source in source.boots(index: index) }
    }
}
