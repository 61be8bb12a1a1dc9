/** The memory limit of a pod in the charts, in MiB. */
export const POD_MIB = 256;

/** What the image sets for that limit. */
export const HEAP = {
  NODE_OPTIONS: `--max-old-space-size=${Math.floor(POD_MIB * 0.6)} --max-semi-space-size=16`,
};
