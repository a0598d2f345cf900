/** Does each work once, in this order: as many side by side as there are places. */
export async function doInPlaces<W>(
  works: readonly W[],
  places: number,
  take: (work: W) => Promise<void>,
): Promise<void> {
  const waiting = works.values();
  const fill = async () => {
    for (const work of waiting) await take(work);
  };
  await Promise.all(Array.from({ length: places }, fill));
}
