import { useMutation, useQueryClient } from '@tanstack/react-query';
import { electPreferred } from '../../api/queries';
import { tellDone, tellFailure } from '../../ui/Failure';

/** Has every partition led by its preferred replica, where that one is in sync. */
export function useElect() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: electPreferred,
    onSuccess: () => {
      tellDone('Preferred leaders are elected, where they are in sync.');
      return queries.invalidateQueries({ queryKey: ['overview'] });
    },
    onError: (failure) => tellFailure('The election was refused', failure),
  });
}
